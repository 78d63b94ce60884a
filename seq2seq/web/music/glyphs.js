// Signs of a score as SVG paths. The unit is the distance of two lines of the staff; y grows downwards.

/** {d, stroke}: with a stroke, the path is a line of that width; without, it is filled. */
export const GLYPHS = {
  // Placed on the G line.
  clef: {
    d: "M.1.45C-.45.4-.5-.75.3-.8 1.2-.8 1.25.9.15.95-1.5 1-1.45-1-.35-1.95.5-2.7.75-3.2.7-4 .65-4.7.2-4.75-.1-3.7L.55 2.1C.65 2.9-.35 3.1-.55 2.45A.2.2 0 1 1-.2 2.4",
    stroke: 0.2,
  },
  // Accidentals and rests are placed on the line or space of their note, or on the middle line.
  sharp: { d: "M-.2-1.3V1.4M.2-1.4V1.3M-.45-.3.45-.6M-.45.6.45.3", stroke: 0.16 },
  natural: { d: "M-.22-1.4V.6M.22-.6V1.4M-.22-.3.22-.5M-.22.5.22.3", stroke: 0.16 },
  flat: { d: "M-.3-1.8V.6C.1.3.45 0 .4-.3.35-.6-.1-.5-.3-.2", stroke: 0.16 },
  doubleSharp: { d: "M-.35-.35.35.35M.35-.35-.35.35", stroke: 0.22 },
  doubleFlat: { d: "M-.65-1.8V.6C-.25.3.05 0 0-.3-.05-.6-.45-.5-.65-.2M.1-1.8V.6C.5.3.8 0 .75-.3.7-.6.3-.5.1-.2", stroke: 0.16 },
  head: { d: "M.6-.2C.7.15.25.5-.15.5-.5.5-.75.3-.65 0-.55-.3-.1-.55.25-.5.45-.45.55-.35.6-.2Z" },
  half: { d: "M.58-.2C.68.15.25.45-.15.45-.5.45-.7.25-.6 0-.5-.3-.1-.5.25-.45.45-.42.53-.35.58-.2Z", stroke: 0.18 },
  whole: { d: "M.75 0A.75.45 0 1 1-.75 0 .75.45 0 1 1 .75 0ZM.35.15C.3-.2-.1-.4-.3-.3-.45-.15-.2.25.05.32.25.35.37.3.35.15Z" },
  dot: { d: "M.2 0A.2.2 0 1 1-.2 0 .2.2 0 1 1 .2 0Z" },
  flag: { d: "M0 0C.1.9 1.1 1.1.75 2.6.85 1.7.4 1.3 0 1.1Z" },
  rest1: { d: "M-.6-1H.6V-.5H-.6Z" },
  rest2: { d: "M-.6-.5H.6V0H-.6Z" },
  rest4: { d: "M-.25-1.5.35-.7C.1-.35.1-.1.5.5.1.35-.3.5.05 1.2-.6.8-.6.15 0 .2L-.4-.4C-.1-.7-.05-1-.25-1.5Z" },
  rest8: { d: "M-.35-.6C.1-.3.3-.4.45-.75L.05 1", stroke: 0.16 },
};
