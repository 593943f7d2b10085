// Which video of a project was coded last in this window.
const key = (project: string): string => `auw.lastVideo.${project}`

export const rememberVideo = (project: string, videoId: string): void => localStorage.setItem(key(project), videoId)
export const lastVideo = (project: string): string | null => localStorage.getItem(key(project))
export const forgetVideo = (project: string): void => localStorage.removeItem(key(project))
