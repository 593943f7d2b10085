// What coding adds to a project: time spent, bookmarks, and which videos somebody has reviewed.
import type { Migration } from '../migrate'

export const codingTime: Migration = {
  version: 2,
  name: 'coding time, bookmarks, reviewed videos',
  apply: (database) => {
    database.exec(`
      ALTER TABLE video ADD COLUMN reviewed_at TEXT;

      CREATE TABLE coding_time (
        video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        coder TEXT NOT NULL,
        is_assisted INTEGER NOT NULL,
        day TEXT NOT NULL,
        seconds REAL NOT NULL CHECK (seconds >= 0),
        PRIMARY KEY (video_id, coder, is_assisted, day)
      ) STRICT;

      CREATE TABLE bookmark (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        frame INTEGER NOT NULL CHECK (frame >= 0),
        coder TEXT,
        note TEXT NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX bookmark_of_video ON bookmark (video_id, frame);
    `)
  },
}
