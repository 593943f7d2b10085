// Numbers in the sentences that reports, cards and methods paragraphs are made of: rounded, with a true minus sign. HTML has its own in training/reportText.ts.

/** `0.62`, `−0.11`; `0.00` without a sign for what rounds to nothing. */
export function plainFigure(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text
}

/** `+0.08`, `−0.03`, `0.00`. */
export function plainDifference(value: number, digits = 2): string {
  const text = plainFigure(value, digits)
  return value > 0 && Number(text) !== 0 ? `+${text}` : text
}
