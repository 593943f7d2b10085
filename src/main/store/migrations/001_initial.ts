// The first layout of project.sqlite: every table of a project but the crops, which are a cache in a file of their own.
import type { Migration } from '../migrate'

/**
 * Times are ISO 8601 in UTC, frame times whole microseconds, JSON is in columns named `*_json`, blobs are little-endian arrays.
 * Large blobs are the last columns of their tables, so that reading what is before them does not touch their pages.
 * Model ids have no foreign key: the built-in model is part of the installation, not of the project.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  apply: (database) => {
    database.exec(`
      CREATE TABLE project (
        row INTEGER PRIMARY KEY CHECK (row = 1),
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        aus_json TEXT NOT NULL,
        active_model_id TEXT NOT NULL,
        needs_scrub INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE subject (
        id TEXT PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        note TEXT,
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE video (
        id TEXT PRIMARY KEY,
        subject_id TEXT NOT NULL REFERENCES subject (id),
        condition TEXT,
        session TEXT,
        file_name TEXT NOT NULL,
        path TEXT NOT NULL,
        relative_path TEXT,
        content_hash TEXT NOT NULL UNIQUE,
        bytes INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        duration_seconds REAL NOT NULL,
        frame_count INTEGER NOT NULL,
        nominal_frame_rate REAL,
        is_variable_frame_rate INTEGER NOT NULL,
        has_audio INTEGER NOT NULL,
        codec TEXT NOT NULL,
        mime_type TEXT NOT NULL,
        container TEXT NOT NULL,
        container_start_seconds REAL NOT NULL,
        time_base TEXT NOT NULL,
        start_microseconds INTEGER NOT NULL,
        proxy_file TEXT,
        added_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX video_of_subject ON video (subject_id);

      CREATE TABLE frame_time (
        video_id TEXT PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
        microseconds BLOB NOT NULL
      ) STRICT;

      CREATE TABLE analysis (
        video_id TEXT PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
        settings_json TEXT NOT NULL,
        frames_done INTEGER NOT NULL DEFAULT 0,
        chunk_count INTEGER NOT NULL DEFAULT 0,
        tracks_json TEXT NOT NULL DEFAULT '[]',
        main_track INTEGER,
        is_main_track_chosen INTEGER NOT NULL DEFAULT 0,
        tracker_state_json TEXT,
        started_at TEXT NOT NULL,
        completed_at TEXT
      ) STRICT;

      CREATE TABLE face_chunk (
        video_id TEXT NOT NULL REFERENCES analysis (video_id) ON DELETE CASCADE,
        chunk INTEGER NOT NULL,
        start_frame INTEGER NOT NULL,
        frame_count INTEGER NOT NULL,
        face_count INTEGER NOT NULL,
        summary BLOB NOT NULL,
        landmarks BLOB NOT NULL,
        PRIMARY KEY (video_id, start_frame)
      ) STRICT;

      CREATE TABLE prediction (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        model_id TEXT NOT NULL,
        track INTEGER NOT NULL,
        aus_json TEXT NOT NULL,
        settings_json TEXT NOT NULL,
        frames_done INTEGER NOT NULL DEFAULT 0,
        chunk_count INTEGER NOT NULL DEFAULT 0,
        started_at TEXT NOT NULL,
        completed_at TEXT,
        UNIQUE (video_id, model_id, track)
      ) STRICT;

      CREATE TABLE prediction_chunk (
        prediction_id TEXT NOT NULL REFERENCES prediction (id) ON DELETE CASCADE,
        chunk INTEGER NOT NULL,
        start_frame INTEGER NOT NULL,
        frame_count INTEGER NOT NULL,
        probabilities BLOB NOT NULL,
        PRIMARY KEY (prediction_id, start_frame)
      ) STRICT;

      CREATE TABLE label (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        au INTEGER NOT NULL,
        side TEXT NOT NULL CHECK (side IN ('both', 'left', 'right')),
        coder TEXT NOT NULL,
        start_frame INTEGER NOT NULL CHECK (start_frame >= 0),
        end_frame INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('present', 'absent', 'not-scorable')),
        intensity TEXT CHECK (intensity IN ('A', 'B', 'C', 'D', 'E')),
        apex_frame INTEGER,
        source TEXT NOT NULL CHECK (source IN ('confirmed', 'corrected', 'manual', 'blind', 'imported')),
        model_id TEXT,
        was_prediction_visible INTEGER NOT NULL,
        note TEXT,
        created_at TEXT NOT NULL,
        CHECK (end_frame >= start_frame),
        CHECK (intensity IS NULL OR state = 'present'),
        CHECK (apex_frame IS NULL OR apex_frame BETWEEN start_frame AND end_frame)
      ) STRICT;
      CREATE UNIQUE INDEX label_lane ON label (video_id, au, side, coder, start_frame);
      CREATE TRIGGER label_never_overlaps BEFORE INSERT ON label
      -- As spans do not overlap, the last one to start before the new one ends is the only one that can be in its way.
      WHEN (
        SELECT end_frame FROM label
        WHERE video_id = NEW.video_id AND au = NEW.au AND side = NEW.side AND coder = NEW.coder AND start_frame <= NEW.end_frame
        ORDER BY start_frame DESC LIMIT 1
      ) >= NEW.start_frame
      BEGIN
        SELECT RAISE(ABORT, 'two spans of one lane would overlap');
      END;
      CREATE TRIGGER label_never_changes BEFORE UPDATE ON label
      BEGIN
        SELECT RAISE(ABORT, 'spans are replaced, never changed in place');
      END;

      CREATE TABLE edit_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo')),
        target_id INTEGER REFERENCES edit_log (id),
        coder TEXT,
        description TEXT NOT NULL,
        made_at TEXT NOT NULL,
        undone_by INTEGER REFERENCES edit_log (id),
        CHECK ((kind = 'edit') = (target_id IS NULL))
      ) STRICT;
      CREATE INDEX edit_done ON edit_log (id) WHERE kind = 'edit' AND undone_by IS NULL;
      CREATE INDEX edit_undone ON edit_log (undone_by) WHERE undone_by IS NOT NULL;
      CREATE INDEX edit_only ON edit_log (id) WHERE kind = 'edit';

      CREATE TABLE edit_span (
        edit_id INTEGER NOT NULL REFERENCES edit_log (id),
        position INTEGER NOT NULL,
        direction TEXT NOT NULL CHECK (direction IN ('removed', 'inserted')),
        video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        span_json TEXT NOT NULL,
        PRIMARY KEY (edit_id, position)
      ) STRICT;
      CREATE INDEX edit_span_of_video ON edit_span (video_id, edit_id);

      CREATE TABLE neutral (
        subject_id TEXT PRIMARY KEY REFERENCES subject (id) ON DELETE CASCADE,
        video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        start_frame INTEGER NOT NULL CHECK (start_frame >= 0),
        end_frame INTEGER NOT NULL CHECK (end_frame >= start_frame),
        set_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX neutral_of_video ON neutral (video_id);

      CREATE TABLE job (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        lane TEXT NOT NULL CHECK (lane IN ('compute', 'media')),
        status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
        title TEXT NOT NULL,
        video_id TEXT REFERENCES video (id) ON DELETE CASCADE,
        model_id TEXT,
        spec_json TEXT NOT NULL,
        progress_json TEXT,
        error_json TEXT,
        result_json TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT
      ) STRICT;
      CREATE INDEX job_by_status ON job (status);
      CREATE INDEX job_of_video ON job (video_id);

      CREATE TABLE metric (
        job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        step INTEGER NOT NULL,
        value REAL,
        measured_at TEXT NOT NULL,
        PRIMARY KEY (job_id, name, step)
      ) STRICT;

      CREATE TABLE model (
        id TEXT PRIMARY KEY,
        card_json TEXT NOT NULL,
        added_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE setting (
        key TEXT PRIMARY KEY,
        value_json TEXT NOT NULL
      ) STRICT;

      CREATE TABLE removal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subject_id TEXT NOT NULL,
        counts_json TEXT NOT NULL,
        removed_at TEXT NOT NULL
      ) STRICT;
    `)
  },
}
