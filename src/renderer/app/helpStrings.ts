// Sentences and words of the help panel and of the guided tour; part of strings.ts.
export const helpStrings = {
  title: 'Help',
  button: 'Help and Action Units',
  topics: { guide: 'First steps', atlas: 'Action Units' },
  search: 'Find an AU by number, name or what moves',
  nothingFound: 'No Action Unit is described like that.',
  back: 'All Action Units',
  previous: 'Previous Action Unit',
  next: 'Next Action Unit',
  looks: 'What changes',
  muscle: 'Muscle',
  unlike: 'Not to be confused with',
  intensity: 'Intensity',
  scale: 'The scale',
  scaleText: 'Judged against the same face at rest, never against another person.',
  disclaimer: 'A reminder in our own words. It does not replace FACS training; where they differ, the FACS manual decides.',
  neutral: 'at rest',
  shown: (subject: string, frame: number, percent: number) => `${subject}, frame ${frame}: known intensity ${percent} %`,
  also: (list: string) => `In the same frame: ${list}.`,
  synthetic: 'Synthetic demo subject, not a person.',
  noPicture: 'The demo subjects do not show this Action Unit, so there is no picture.',
  pictureOf: (label: string, subject: string) => `${label} on demo subject ${subject}`,
  restOf: (subject: string) => `Demo subject ${subject} at rest`,
  hasPicture: 'with picture',
  laneHint: (label: string, name: string) => `${label} ${name}. Double-click or F1: what it looks like`,
  regions: { upper: 'Upper face', lower: 'Lower face', other: 'Other' },
  keys: {
    title: 'Keys on every screen',
    help: 'This help',
    palette: 'Find any command, video or subject',
    codingKeys: 'All keys of the coding screen',
    close: 'Close what is open',
  },
  startTour: 'Show the tour',
  tourText: 'A short walk past the real controls. It changes nothing.',
  guides: [
    {
      title: 'Bring in videos',
      text: 'Drop files or folders anywhere on the window and say whose they are. One code a person: models are tested on people whom they have not seen. Files are never changed.',
    },
    {
      title: 'Find faces, predict',
      text: 'One job finds the faces, a second asks the model for every AU in every frame. Both run while you work, can be cancelled, and go on after a restart.',
    },
    {
      title: 'Code',
      text: 'The key of an AU begins an event at the frame on screen and ends it; then A to E gives the intensity and L, R or B the side. The arrows step single frames. Every change can be undone, also after a restart.',
    },
    {
      title: 'Accept and correct',
      text: 'Accept takes predictions as labels where the face is trusted and the AU has been shown to work, never over what a person coded. Proposals are whole events to take, adjust or reject. The queue asks first about what teaches most.',
    },
    {
      title: 'Code blind',
      text: 'Blind hides predictions and other coders. Every label records whether a prediction could be seen, so that their influence can be tested.',
    },
    {
      title: 'Train on your own people',
      text: 'Training learns from labels, keeps subjects apart for the test, and compares the new model with the old one on people whom neither has seen. Nothing is claimed that was not measured.',
    },
    {
      title: 'Export',
      text: 'One CSV a video, every frame, with probability, label, intensity and source of each AU. An empty cell means not known.',
    },
    {
      title: 'Where things are',
      text: 'Labels, predictions and models are in the project folder, recordings stay where they are. Nothing is sent anywhere.',
    },
  ],
}

export const tourStrings = {
  title: 'Tour',
  step: (index: number, count: number) => `${index} of ${count}`,
  next: 'Next',
  back: 'Back',
  skip: 'End the tour',
  finish: 'Done',
  keys: 'Arrow keys move, Esc ends the tour.',
  steps: {
    videos: {
      title: 'Your videos',
      text: 'One row a recording, with how far it has come: faces found, AUs predicted, coded. In your own project you drop files here.',
    },
    jobs: {
      title: 'Long work goes on beside you',
      text: 'Finding faces and predicting run as jobs with remaining time and a cancel button. Closing the window loses nothing.',
    },
    stage: {
      title: 'The video, frame by frame',
      text: 'Left and right step single frames, Space plays. What you see is always the frame that the number says. Double-click zooms to the face.',
    },
    table: {
      title: 'Every AU of this frame',
      text: 'Bars are the model’s probability, the tick is its threshold, and the word beside says how far that AU is to be trusted. The letter is the key that codes it. Click a name to see what the AU looks like.',
    },
    timeline: {
      title: 'The timeline',
      text: 'A lane an AU: the curve is the probability, bars are labels with their intensity. Drag to code a span, drag its edges to correct it, Ctrl Z takes it back.',
    },
    accept: {
      title: 'Accept, then correct',
      text: 'Accept takes predictions as labels where they can be trusted, and never writes over a person. Then correct what is wrong.',
    },
    queue: {
      title: 'Start where it matters',
      text: 'The panel on the left proposes whole events and orders what is uncertain or rare, so that your time teaches the model most.',
    },
    training: {
      title: 'Train on your own labels',
      text: 'What there is to learn from, a form with sensible settings, and a measured estimate before anything starts. The result is tested on people whom the model has not seen.',
    },
    exporting: {
      title: 'Take it out',
      text: 'CSV for every frame, with where each value came from. That is all. F1 opens the help, and the question mark shows the keys of the coding screen.',
    },
  },
}
