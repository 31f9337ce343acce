package org.consilium.quickstart.audit;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.SignedCheckpoint;

/**
 * A line of {@code checkpoints.jsonl}.
 *
 * @param signed the checkpoint with its signatures
 * @param consistency the proof that it goes on from the one before
 * @param timestamp its time-stamp token, DER
 */
record CheckpointLine(SignedCheckpoint signed, List<byte[]> consistency, Optional<byte[]> timestamp) {

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none
     */
    static CheckpointLine parse(byte[] line) {
        StrictJson json = StrictJson.parse(LineReader.text(line)).only("note", "consistency", "timestamp");
        return new CheckpointLine(
                SignedCheckpoint.fromNote(json.text("note")),
                json.texts("consistency").stream()
                        .map(hex -> new Sha256(hex).bytes())
                        .toList(),
                json.optionalText("timestamp").map(Base64.getDecoder()::decode));
    }
}
