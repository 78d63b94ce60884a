// Pictures of sequences of vectors: a line for each of a few numbers, or an image with a row per step; as the PNG files
// of `seq2seq generate --picture` (seq2seq/report/sequences.py).

const LINES = 4; // numbers of a step up to which each is a line
const SHADES = [0.005, 0.995]; // shares of all numbers that are below the weakest shade, and below the strongest
const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, EDGE] = [100, 60, 4];
const DASH = 3; // length of the line of a single step

/** What is seen in the pictures. */
export function legend(numbers) {
  if (numbers > LINES) return `A row per step, with its ${numbers} numbers side by side: the stronger, the larger.`;
  if (numbers === 1) return "The number of each step.";
  return `A line for each of the ${numbers} numbers of a step, each on its own scale.`;
}

/** A figure for each of some sequences, {tags, vectors}; all on one scale. */
export function draw(sequences) {
  const numbers = sequences[0].vectors[0].length;
  const picture = numbers > LINES ? shades(sequences) : lines(sequences, numbers);
  return sequences.map(({ tags, vectors }) => {
    const figure = document.createElement("figure");
    const caption = Object.assign(document.createElement("figcaption"), { textContent: tags || "without tags" });
    const drawn = picture(vectors);
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", `${vectors.length} ${vectors.length === 1 ? "step" : "steps"}`);
    figure.append(drawn, caption);
    return figure;
  });
}

/** Draws images of one pixel per number, from transparent to black. */
function shades(sequences) {
  const sorted = Float64Array.from(sequences.flatMap(({ vectors }) => vectors.flat())).sort();
  const [low, high] = SHADES.map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  return (vectors) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [vectors[0].length, vectors.length];
    const image = new ImageData(canvas.width, canvas.height);
    vectors.flat().forEach((number, place) => (image.data[4 * place + 3] = (255 * (number - low)) / (high - low || 1)));
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  };
}

/** Draws a line for each number of a step, between its least and its greatest in all sequences. */
function lines(sequences, numbers) {
  const longest = Math.max(...sequences.map(({ vectors }) => vectors.length));
  const places = Array.from({ length: numbers }, (_, place) => place);
  const ranges = places.map((place) => range(sequences.flatMap(({ vectors }) => vectors.map((step) => step[place]))));
  return (vectors) => {
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    picture.setAttribute("preserveAspectRatio", "none");
    for (const place of places) {
      const line = document.createElementNS(SVG, "polyline");
      const [low, high] = ranges[place];
      const points = vectors.map((step, time) => [
        EDGE + ((WIDTH - 2 * EDGE) * time) / Math.max(longest - 1, 1),
        HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * (step[place] - low)) / (high - low || 1),
      ]);
      if (points.length === 1) points.push([points[0][0] + DASH, points[0][1]]);
      line.setAttribute("points", points.map((point) => point.map((one) => one.toFixed(2)).join(",")).join(" "));
      picture.append(line);
    }
    return picture;
  };
}

function range(numbers) {
  const sorted = Float64Array.from(numbers).sort();
  return [sorted[0], sorted.at(-1)];
}
