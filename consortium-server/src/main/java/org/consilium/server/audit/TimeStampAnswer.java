package org.consilium.server.audit;

import java.time.Instant;

/** What came of asking a time-stamping authority for a token: the token, or why there is none. */
sealed interface TimeStampAnswer {

    /**
     * The authority has stamped the checkpoint, and everything about the token was checked.
     *
     * @param token the RFC 3161 token, DER
     * @param time when the authority says that it has seen the checkpoint; not before the checkpoint's own time
     */
    record Stamped(byte[] token, Instant time) implements TimeStampAnswer {

        /** Takes a copy. */
        public Stamped {
            token = token.clone();
        }

        /** Returns a copy. */
        @Override
        public byte[] token() {
            return token.clone();
        }
    }

    /**
     * There is no token; the checkpoint stands without it, and may be asked for again.
     *
     * @param reason names the authority, what was wrong and what to do
     */
    record Unstamped(String reason) implements TimeStampAnswer {

        private static final int LONGEST = 1_000;

        /** Makes it one line of a bearable length, since it quotes what another server sent. */
        public Unstamped {
            String line = reason.replaceAll("\\p{Cntrl}+", " ");
            reason = line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
        }
    }
}
