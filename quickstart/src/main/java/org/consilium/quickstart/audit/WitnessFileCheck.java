package org.consilium.quickstart.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.audit.WitnessedCheckpoints;

/** Compares the checkpoints that a witness has kept by itself with those of a bundle: there is one history, or two. */
final class WitnessFileCheck {

    private static final long LARGEST = 64L << 20;

    private final Path path;
    private final String file;
    private final CheckpointsCheck checkpoints;
    private final Keys keys;
    private final String stream;
    private final Findings findings;
    private long same;
    private long other;

    WitnessFileCheck(Path path, CheckpointsCheck checkpoints, Keys keys, String stream, Findings findings) {
        this.path = path;
        this.file = String.valueOf(path.getFileName());
        this.checkpoints = checkpoints;
        this.keys = keys;
        this.stream = stream;
        this.findings = findings;
    }

    /**
     * Compares them all.
     *
     * @throws UnusableBundle if the file is not there, or has something else
     */
    void run(String origin) throws IOException {
        for (SignedCheckpoint seen : read()) {
            compare(seen, origin);
        }
    }

    private List<SignedCheckpoint> read() throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path) || Files.size(path) > LARGEST) {
            throw new UnusableBundle(
                    "The witness's file " + path
                            + " is not there, may not be read or is larger than 64 MiB. Name the file that the site has exported.");
        }
        try {
            return WitnessedCheckpoints.read(LineReader.text(Files.readAllBytes(path)))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new UnusableBundle(
                    "The witness's file " + path + " is not readable: " + e.getMessage()
                            + ". Name the file of checkpoints that the site has exported.",
                    e);
        }
    }

    private void compare(SignedCheckpoint seen, String origin) {
        Checkpoint checkpoint = seen.checkpoint();
        boolean isOwners = keys.owner(stream, seen.signatures().get(0))
                .filter(seen::isSignedBy)
                .isPresent();
        if (!checkpoint.origin().equals(origin) || !isOwners) {
            findings.in(
                    file,
                    "witness-file",
                    "its checkpoint of size " + checkpoint.size() + " is not signed by the owner of this log, so it"
                            + " proves nothing; ask the site for what it has seen of " + origin);
            return;
        }
        Optional<Sha256> root = checkpoints.root(checkpoint.size());
        if (root.isEmpty()) {
            other++;
        } else if (root.get().equals(checkpoint.root())) {
            same++;
        } else {
            findings.in(
                    file,
                    "two-histories",
                    "the witness was shown the root " + checkpoint.root() + " for size " + checkpoint.size()
                            + " at " + checkpoint.time() + ", the bundle has " + root.get()
                            + ", and both are signed by the log's owner: somebody was shown another history. Keep both"
                            + " files, ask the owner, and tell all sites" + seenBy(seen));
        }
    }

    /** Whose counter-signatures there are, for whoever has to prove it. */
    private String seenBy(SignedCheckpoint seen) {
        StringBuilder text = new StringBuilder();
        seen.witnesses()
                .forEach(witness -> keys.of(witness).forEach(held -> {
                    Optional<Instant> at = seen.checkpoint().witnessed(witness, held.key());
                    at.ifPresent(time -> text.append(" (counter-signed by ")
                            .append(held.holder())
                            .append(" at ")
                            .append(time)
                            .append(")"));
                }));
        return text.toString();
    }

    /** Says how many could be compared, and how many could not. */
    String note() {
        return file + ": " + Numbers.of(same, "checkpoint") + " as in the bundle"
                + (other == 0
                        ? ""
                        : ", " + Numbers.of(other)
                                + " of sizes that the bundle has no checkpoint of, which could not be compared");
    }

    long compared() {
        return same;
    }
}
