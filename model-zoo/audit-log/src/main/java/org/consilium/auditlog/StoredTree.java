package org.consilium.auditlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import org.consilium.contract.audit.Merkle;

/** Roots and proofs of the stored tree (RFC 6962, sections 2.1 to 2.1.2), at any size that it has had. */
public final class StoredTree {

    private final Connection connection;
    private final String schema;

    /** Returns the tree as this connection sees it. */
    public StoredTree(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /** Returns the number of records. */
    public long size() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT coalesce(max(seq) + 1, 0) FROM " + schema + ".audit_record");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Returns the root of the first records. */
    public byte[] root(long size) throws SQLException {
        requireSize(size);
        return size == 0 ? Merkle.empty() : root(0, size);
    }

    /**
     * Returns the proof that a record is among the first ones.
     *
     * @param seq its place
     */
    public List<byte[]> inclusion(long seq, long size) throws SQLException {
        requireSize(size);
        if (seq < 0 || seq >= size) {
            throw new IllegalArgumentException("record " + seq + " is not among the first " + size);
        }
        List<byte[]> path = new ArrayList<>();
        inclusion(seq, 0, size, path);
        return path;
    }

    private void inclusion(long seq, long from, long size, List<byte[]> path) throws SQLException {
        if (size == 1) {
            return;
        }
        long left = Merkle.split(size);
        if (seq < from + left) {
            inclusion(seq, from, left, path);
            path.add(root(from + left, size - left));
        } else {
            inclusion(seq, from + left, size - left, path);
            path.add(root(from, left));
        }
    }

    /** Returns the proof that the log of one size is the beginning of the log of another. */
    public List<byte[]> consistency(long first, long second) throws SQLException {
        requireSize(second);
        if (first < 0 || first > second) {
            throw new IllegalArgumentException("a log of size " + first + " is no beginning of one of size " + second);
        }
        List<byte[]> path = new ArrayList<>();
        if (first > 0 && first < second) {
            consistency(first, 0, second, true, path);
        }
        return path;
    }

    private void consistency(long first, long from, long size, boolean whole, List<byte[]> path) throws SQLException {
        if (first == size) {
            if (!whole) {
                path.add(root(from, size));
            }
            return;
        }
        long left = Merkle.split(size);
        if (first <= left) {
            consistency(first, from, left, whole, path);
            path.add(root(from + left, size - left));
        } else {
            consistency(first - left, from + left, size - left, false, path);
            path.add(root(from, left));
        }
    }

    /** Takes the hashes of a proof, one after another. */
    @FunctionalInterface
    public interface Sink {
        /** Takes the next one, 32 bytes. */
        void accept(byte[] hash) throws SQLException;
    }

    /**
     * Gives the hashes that {@link Merkle#root} needs beside some records, from left to right.
     *
     * @param chosen places of the records, ascending
     */
    public void selection(long size, PrimitiveIterator.OfLong chosen, Sink sink) throws SQLException {
        requireSize(size);
        new Selection(chosen, sink).walk(0, size);
    }

    private final class Selection {

        private final PrimitiveIterator.OfLong chosen;
        private final Sink sink;
        private long next;

        Selection(PrimitiveIterator.OfLong chosen, Sink sink) {
            this.chosen = chosen;
            this.sink = sink;
            advance();
        }

        private void advance() {
            next = chosen.hasNext() ? chosen.nextLong() : Long.MAX_VALUE;
        }

        private void walk(long from, long size) throws SQLException {
            if (next >= from + size) {
                sink.accept(root(from, size));
            } else if (size == 1) {
                advance();
            } else {
                long left = Merkle.split(size);
                walk(from, left);
                walk(from + left, size - left);
            }
        }
    }

    /** The root over a subtree as the tree is split: a stored node where it is full, else of its two parts. */
    private byte[] root(long from, long size) throws SQLException {
        if (Long.bitCount(size) == 1) {
            int level = Long.numberOfTrailingZeros(size);
            return stored(level, from >> level);
        }
        long left = Merkle.split(size);
        return Merkle.node(root(from, left), root(from + left, size - left));
    }

    private byte[] stored(int level, long place) throws SQLException {
        String query = level == 0
                ? "SELECT leaf FROM " + schema + ".audit_record WHERE seq = ?"
                : "SELECT hash FROM " + schema + ".audit_node WHERE place = ? AND level = " + level;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, place);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException(
                            "the audit log's tree has no node " + place + " at level " + level + ": rows are missing");
                }
                return row.getBytes(1);
            }
        }
    }

    private void requireSize(long size) throws SQLException {
        long present = size();
        if (size < 0 || size > present) {
            throw new IllegalArgumentException("the log has " + present + " records, not " + size);
        }
    }
}
