package org.consilium.auditlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.consilium.contract.audit.Merkle;

/** The Merkle tree while leaves are added to it: every inner node that becomes complete is stored. */
final class GrowingTree {

    private record Place(int level, long index) {}

    private final Connection connection;
    private final String schema;
    private final Map<Place, byte[]> added = new LinkedHashMap<>();
    private byte[] lastLeaf;

    /** @param lastLeaf hash of the leaf before the first that is added */
    GrowingTree(Connection connection, String schema, byte[] lastLeaf) {
        this.connection = connection;
        this.schema = schema;
        this.lastLeaf = lastLeaf;
    }

    /** Adds a leaf at its place, the next one. */
    void add(long seq, byte[] leaf) throws SQLException {
        byte[] hash = leaf;
        // A right child completes the node above it; that one may be a right child itself.
        for (int level = 0; (seq >> level & 1) == 1; level++) {
            byte[] left = level == 0 ? lastLeaf : node(new Place(level, (seq >> level) - 1));
            hash = Merkle.node(left, hash);
            added.put(new Place(level + 1, seq >> level + 1), hash);
        }
        lastLeaf = leaf;
    }

    private byte[] node(Place place) throws SQLException {
        byte[] fresh = added.get(place);
        if (fresh != null) {
            return fresh;
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT hash FROM " + schema + ".audit_node WHERE level = ? AND place = ?")) {
            query.setInt(1, place.level());
            query.setLong(2, place.index());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("the audit log's tree has no node " + place);
                }
                return row.getBytes(1);
            }
        }
    }

    /** Stores what became complete. */
    void write() throws SQLException {
        if (added.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + schema + ".audit_node (level, place, hash) VALUES (?, ?, ?)")) {
            for (Map.Entry<Place, byte[]> node : added.entrySet()) {
                insert.setInt(1, node.getKey().level());
                insert.setLong(2, node.getKey().index());
                insert.setBytes(3, node.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
