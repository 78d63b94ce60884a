"""Networks that need nothing around them: strings in and out, or token ids, for programs in any language."""
