// What stands in a number's field, as forms of runs send it.

/** A number as it was typed, or the text itself, which the backend refuses by the setting's name. */
export const typed = (text: string): number | string => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text)
