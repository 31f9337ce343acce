package org.consilium.contract.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import org.consilium.contract.Sha256;

/**
 * What a log was at a moment: how many records it had and their tree's root (C2SP tlog-checkpoint, with the time as its
 * extension line).
 *
 * @param origin the log's name, unique: for the consortium its address, for a site's own log the site's id after it
 * @param size number of records
 * @param root of the tree over them
 * @param time when it was made, to the second
 */
public record Checkpoint(String origin, long size, Sha256 root, Instant time) {

    private static final String TIME = "time ";

    /** Checks everything. */
    public Checkpoint {
        NoteKey.requireName(origin);
        if (size < 0 || size > CanonicalJson.LARGEST) {
            throw new IllegalArgumentException("a log has no size " + size);
        }
        java.util.Objects.requireNonNull(root, "root");
        time = time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Returns the note's text: four lines, each with its line feed. */
    public String text() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root.bytes()) + "\n" + TIME + time
                + "\n";
    }

    /** Returns the bytes that the log's owner signs. */
    byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the bytes that a witness signs who saw it at a time, in seconds since 1970. */
    byte[] witnessed(long seconds) {
        return ("cosignature/v1\ntime " + seconds + "\n" + text()).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns whether the owner of the key has signed this as the log's owner. */
    public boolean isSigned(NoteSignature signature, NoteKey key) {
        return isBy(signature, key) && key.isSigned(bytes(), signature.signature());
    }

    /** Returns when the owner of the key has seen this as a witness; nothing if that is not what the signature says. */
    public Optional<Instant> witnessed(NoteSignature signature, NoteKey key) {
        byte[] all = signature.signature();
        if (!isBy(signature, key) || all.length <= Long.BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(all);
        long seconds = buffer.getLong();
        byte[] rest = new byte[buffer.remaining()];
        buffer.get(rest);
        // Times beyond what an Instant holds are nobody's.
        boolean sane = seconds >= 0 && seconds <= Instant.MAX.getEpochSecond();
        return sane && key.isSigned(witnessed(seconds), rest)
                ? Optional.of(Instant.ofEpochSecond(seconds))
                : Optional.empty();
    }

    private static boolean isBy(NoteSignature signature, NoteKey key) {
        return signature.name().equals(key.name()) && signature.keyId().equals(key.id());
    }

    /**
     * Reads a note's text.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Checkpoint fromText(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 5 || !lines[3].startsWith(TIME)) {
            throw new IllegalArgumentException("a checkpoint has four lines: origin, size, root and time");
        }
        Checkpoint read;
        try {
            read = new Checkpoint(
                    lines[0],
                    Long.parseLong(lines[1]),
                    Sha256.ofDigest(Base64.getDecoder().decode(lines[2])),
                    Instant.parse(lines[3].substring(TIME.length())));
        } catch (RuntimeException e) {
            // Numbers, base64 and times are refused each by another exception.
            throw new IllegalArgumentException("the checkpoint is not readable: " + e.getMessage(), e);
        }
        if (!read.text().equals(text)) {
            throw new IllegalArgumentException("the checkpoint is not written as a checkpoint is");
        }
        return read;
    }
}
