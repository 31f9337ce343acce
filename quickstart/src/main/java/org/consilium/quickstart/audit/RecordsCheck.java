package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.Merkle;

/**
 * Checks the records: each one's form, their order, that none of a whole study or log is missing, their times, and that they
 * are the leaves of the tree whose root was signed. One pass; nothing of a record stays but what {@link RecordFacts} keeps.
 */
final class RecordsCheck {

    private final Bundle bundle;
    private final Findings findings;
    private final RecordFacts facts;
    private final List<Checkpoint> checkpoints;
    private final Map<StudyId, Long> lastInStudy = new HashMap<>();
    private int covering;
    private long count;
    private AuditRecord last;

    /**
     * @param checkpoints by size
     */
    RecordsCheck(Bundle bundle, RecordFacts facts, List<Checkpoint> checkpoints, Findings findings) {
        this.bundle = bundle;
        this.facts = facts;
        this.checkpoints = checkpoints;
        this.findings = findings;
    }

    /** Checks them all, and returns how many there are. */
    long run() throws IOException {
        Manifest manifest = bundle.manifest();
        try (InputStream records = open(BundleFormat.RECORDS);
                InputStream proof = open(BundleFormat.PROOF)) {
            RecordReader reader = new RecordReader(new LineReader(records), findings, this::see);
            root(manifest, reader, new ProofLines(new LineReader(proof)));
            while (reader.hasNext()) {
                // What comes after a place that is wrong is looked at as well.
                reader.next();
            }
            count = reader.read();
        } catch (DamagedEntry e) {
            bundle.damaged(BundleFormat.RECORDS, e);
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof DamagedEntry damaged)) {
                throw e.getCause();
            }
            bundle.damaged(BundleFormat.RECORDS, damaged);
        }
        if (count != manifest.records()) {
            findings.in(
                    BundleFormat.RECORDS,
                    "count",
                    "it has " + Numbers.of(count) + " records, the manifest says " + Numbers.of(manifest.records())
                            + "; ask for the bundle again");
        }
        checkEnd(manifest);
        if (facts.streams().size() > 1) {
            findings.in(
                    BundleFormat.RECORDS,
                    "streams",
                    "the records are of several logs; a bundle is of one, ask for one bundle of each");
        }
        return count;
    }

    private InputStream open(String name) {
        return bundle.has(name) ? bundle.open(name) : InputStream.nullInputStream();
    }

    private void root(Manifest manifest, RecordReader reader, Iterator<byte[]> proof) {
        try {
            byte[] root = Merkle.root(manifest.size(), reader, seq -> reader.leaf(), proof);
            if (!Sha256.ofDigest(root).equals(manifest.root())) {
                findings.in(
                        BundleFormat.RECORDS,
                        "root",
                        "the records make the root " + Sha256.ofDigest(root) + ", the log's is " + manifest.root()
                                + ": a record was changed, taken out or put in. Ask for the bundle again, and compare"
                                + " with what another party has");
            }
        } catch (IllegalArgumentException e) {
            findings.in(
                    BundleFormat.RECORDS,
                    "root",
                    "the records make no root of the log (" + e.getMessage()
                            + "): a record was moved, taken out or put in. Ask for the bundle again, and compare with"
                            + " what another party has");
        }
    }

    private void see(AuditRecord record) {
        if (last != null && record.seq() <= last.seq()) {
            findings.at(
                    record.seq(),
                    "order",
                    "it comes after record " + last.seq()
                            + "; records were moved or doubled, ask for the bundle again");
        }
        if (last != null && record.recorded().isBefore(last.recorded())) {
            findings.at(
                    record.seq(),
                    "time-backwards",
                    "it was recorded at " + record.recorded() + ", before the record in front of it at "
                            + last.recorded() + "; ask the consortium about its clock");
        }
        checkTime(record);
        checkStudy(record);
        facts.see(record);
        last = record;
    }

    /** A record under a checkpoint is not younger than it, and one after it not older. */
    private void checkTime(AuditRecord record) {
        while (covering < checkpoints.size() && checkpoints.get(covering).size() <= record.seq()) {
            covering++;
        }
        // A checkpoint's time has no fractions of a second.
        if (covering < checkpoints.size()
                && record.recorded().isAfter(later(checkpoints.get(covering).time()))) {
            findings.at(
                    record.seq(),
                    "record-time",
                    "it says that it was recorded at " + record.recorded() + ", after the checkpoint of "
                            + checkpoints.get(covering).time() + " that has it already; ask the consortium about its"
                            + " clock");
        }
        if (covering > 0
                && later(record.recorded())
                        .isBefore(checkpoints.get(covering - 1).time())) {
            findings.at(
                    record.seq(),
                    "record-time",
                    "it says that it was recorded at " + record.recorded() + ", but was not there yet at the checkpoint"
                            + " of " + checkpoints.get(covering - 1).time() + "; ask the consortium why it is dated"
                            + " back");
        }
    }

    private static Instant later(Instant time) {
        return time.plusSeconds(1).plus(KeyHistory.SKEW);
    }

    private void checkStudy(AuditRecord record) {
        Manifest manifest = bundle.manifest();
        if (record.study().isEmpty()) {
            return;
        }
        StudyId study = record.study().get();
        if (manifest.study().isPresent() && !manifest.study().get().equals(study)) {
            findings.at(
                    record.seq(),
                    "strange-record",
                    "it is of study " + study + ", the bundle is of study "
                            + manifest.study().get() + "; ask for the bundle again");
            return;
        }
        long number = record.studySeq().orElseThrow();
        long before = lastInStudy.getOrDefault(study, -1L);
        boolean isNext = manifest.isComplete() ? number == before + 1 : number > before;
        if (!isNext) {
            findings.at(
                    record.seq(),
                    "gap",
                    "it is number " + number + " of study " + study + ", "
                            + (before < 0 ? "and the first here" : "and comes after number " + before)
                            + ": a record is missing or was moved. Ask for the bundle again, and compare with what"
                            + " another party has");
        }
        lastInStudy.put(study, number);
    }

    private void checkEnd(Manifest manifest) {
        if (!manifest.isComplete()) {
            return;
        }
        if (manifest.study().isEmpty()) {
            if (count != manifest.size()) {
                findings.in(
                        BundleFormat.RECORDS,
                        "incomplete",
                        "the log has " + Numbers.of(manifest.size()) + " records and the bundle says that it has them"
                                + " all, but it has " + Numbers.of(count) + "; ask for the bundle again");
            }
            return;
        }
        if (last == null || !last.code().equals("export.made") || !last.study().equals(manifest.study())) {
            findings.in(
                    BundleFormat.RECORDS,
                    "no-export",
                    "the last record is not the one of this export, so later records were cut off; ask for the bundle"
                            + " again");
            return;
        }
        if (last.seq() != manifest.size() - 1) {
            findings.at(
                    last.seq(),
                    "no-export",
                    "it is an export's record, and the log goes on for "
                            + Numbers.of(manifest.size() - 1 - last.seq(), "record")
                            + " more, of which some may be the study's; ask for the bundle again");
        }
        checkExport(last);
    }

    private void checkExport(AuditRecord export) {
        long own = export.studySeq().orElseThrow();
        String said = export.details().getOrDefault("lastStudySeq", "");
        if (!said.matches("[0-9]{1,16}") || Long.parseLong(said) > own) {
            findings.at(
                    export.seq(),
                    "no-export",
                    "it is the export's record, with number " + own + " of the study, and says that the study's last"
                            + " record had number '" + said
                            + "'; later records were cut off, ask for the bundle again");
        }
    }

    /** The hashes of a proof, as they are needed. */
    private static final class ProofLines implements Iterator<byte[]> {

        private final LineReader lines;
        private byte[] next;

        ProofLines(LineReader lines) {
            this.lines = lines;
        }

        @Override
        public boolean hasNext() {
            try {
                next = next == null ? lines.next() : next;
                return next != null;
            } catch (IOException e) {
                throw new IllegalArgumentException(BundleFormat.PROOF + ": " + e.getMessage(), e);
            }
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the proof has no more hashes");
            }
            byte[] hash = new Sha256(LineReader.text(next)).bytes();
            next = null;
            return hash;
        }
    }
}
