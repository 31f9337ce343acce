package org.consilium.contract.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A checkpoint with its signatures, as one text (C2SP signed-note): the checkpoint, an empty line, and a line for each
 * signature. The first is the log's own, the others are those of witnesses.
 *
 * @param checkpoint what is signed
 * @param signatures at least one, in the order in which they are written
 */
public record SignedCheckpoint(Checkpoint checkpoint, List<NoteSignature> signatures) {

    /** Checks that it is signed. */
    public SignedCheckpoint {
        signatures = List.copyOf(signatures);
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException("the checkpoint has no signature");
        }
    }

    /** Returns a checkpoint that its log signs. */
    public static SignedCheckpoint of(Checkpoint checkpoint, NoteSigner owner) {
        return new SignedCheckpoint(checkpoint, List.of(owner.sign(checkpoint)));
    }

    /** Returns whether the first signature is that of the log's owner. */
    public boolean isSignedBy(NoteKey owner) {
        return checkpoint.isSigned(signatures.get(0), owner);
    }

    /** Returns the signatures of witnesses. */
    public List<NoteSignature> witnesses() {
        return signatures.subList(1, signatures.size());
    }

    /** Returns this with the signature of one more witness. */
    public SignedCheckpoint with(NoteSignature witness) {
        List<NoteSignature> more = new ArrayList<>(signatures);
        more.add(witness);
        return new SignedCheckpoint(checkpoint, more);
    }

    /** Returns the note. */
    public String note() {
        return signatures.stream()
                .map(signature -> signature.line() + "\n")
                .collect(Collectors.joining("", checkpoint.text() + "\n", ""));
    }

    /**
     * Reads a note.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static SignedCheckpoint fromNote(String note) {
        int end = note.indexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            throw new IllegalArgumentException("a signed checkpoint has an empty line before its signatures");
        }
        String lines = note.substring(end + 2);
        SignedCheckpoint read = new SignedCheckpoint(
                Checkpoint.fromText(note.substring(0, end + 1)),
                Arrays.stream(lines.split("\n"))
                        .filter(line -> !line.isEmpty())
                        .map(NoteSignature::fromLine)
                        .toList());
        if (!read.note().equals(note)) {
            throw new IllegalArgumentException("the signed checkpoint is not written as one is");
        }
        return read;
    }
}
