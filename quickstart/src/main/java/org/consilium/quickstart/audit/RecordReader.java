package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Merkle;

/**
 * The records of a bundle, one after another: their numbers for {@link Merkle#root}, their leaves, and each record to whoever
 * looks at it. Lines are read in small lots, of which all processors share the parsing.
 */
final class RecordReader implements Iterator<Long> {

    private static final int LOT = 4096;

    private record Line(long number, byte[] bytes) {}

    private record Parsed(long number, AuditRecord record, byte[] leaf, String refusal) {}

    private final LineReader lines;
    private final Findings findings;
    private final Consumer<AuditRecord> viewer;
    private List<Parsed> lot = List.of();
    private int at;
    private long read;
    private byte[] leaf = new byte[0];

    RecordReader(LineReader lines, Findings findings, Consumer<AuditRecord> viewer) {
        this.lines = lines;
        this.findings = findings;
        this.viewer = viewer;
    }

    /** Returns how many lines there were so far. */
    long read() {
        return read;
    }

    /** Returns the leaf's hash of the record that came last. */
    byte[] leaf() {
        return leaf;
    }

    @Override
    public boolean hasNext() {
        while (true) {
            while (at < lot.size() && lot.get(at).record() == null) {
                Parsed bad = lot.get(at++);
                findings.in(
                        BundleFormat.RECORDS + " line " + bad.number(),
                        "unreadable-record",
                        bad.refusal() + "; ask for the bundle again");
            }
            if (at < lot.size()) {
                return true;
            }
            lot = nextLot();
            at = 0;
            if (lot.isEmpty()) {
                return false;
            }
        }
    }

    @Override
    public Long next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more records");
        }
        Parsed next = lot.get(at++);
        leaf = next.leaf();
        viewer.accept(next.record());
        return next.record().seq();
    }

    private List<Parsed> nextLot() {
        List<Line> next = new ArrayList<>(LOT);
        try {
            while (next.size() < LOT) {
                byte[] line = lines.next();
                if (line == null) {
                    break;
                }
                read++;
                next.add(new Line(read, line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return next.parallelStream().map(RecordReader::parse).toList();
    }

    private static Parsed parse(Line line) {
        try {
            return new Parsed(
                    line.number(), AuditRecord.fromLine(LineReader.text(line.bytes())), Merkle.leaf(line.bytes()), "");
        } catch (IllegalArgumentException e) {
            return new Parsed(line.number(), null, new byte[0], e.getMessage());
        }
    }
}
