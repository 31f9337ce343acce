package org.consilium.site.images;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.ImageShape;

/** The tables {@code dataset} and {@code dataset_split}, within the caller's transaction. */
final class DatasetRows {

    private static final String COLUMNS = "id, name, modality, classes, height, width, channels, source, licence";

    private DatasetRows() {}

    /** A data set with its key. */
    record Stored(long id, DatasetDescription description) {}

    /** What is known of one split without looking at its images. */
    record StoredSplit(int images, Sha256 content) {}

    static Optional<Stored> find(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM imaging.dataset WHERE name = ?")) {
            query.setString(1, name);
            List<Stored> found = read(query);
            return found.stream().findFirst();
        }
    }

    static List<Stored> all(Connection connection) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM imaging.dataset ORDER BY name")) {
            return read(query);
        }
    }

    static long insert(Connection connection, DatasetDescription dataset) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.dataset (name, modality, classes, height, width, channels, source, licence)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id")) {
            Array classes = connection.createArrayOf("text", dataset.classes().toArray());
            insert.setString(1, dataset.name());
            insert.setString(2, dataset.modality());
            insert.setArray(3, classes);
            insert.setInt(4, dataset.shape().height());
            insert.setInt(5, dataset.shape().width());
            insert.setInt(6, dataset.shape().channels());
            insert.setString(7, dataset.source());
            insert.setString(8, dataset.licence());
            try (ResultSet key = insert.executeQuery()) {
                key.next();
                return key.getLong(1);
            }
        }
    }

    /** Deletes a data set with its splits and images. */
    static void delete(Connection connection, long dataset) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM imaging.dataset WHERE id = ?")) {
            delete.setLong(1, dataset);
            delete.executeUpdate();
        }
    }

    static SortedMap<Split, StoredSplit> splits(Connection connection, long dataset) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT split, images, content_sha256 FROM imaging.dataset_split WHERE dataset = ?")) {
            query.setLong(1, dataset);
            SortedMap<Split, StoredSplit> splits = new TreeMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    splits.put(
                            Split.of(row.getString(1)), new StoredSplit(row.getInt(2), new Sha256(row.getString(3))));
                }
            }
            return splits;
        }
    }

    static void insertSplit(Connection connection, long dataset, Split split, StoredSplit content) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.dataset_split (dataset, split, images, content_sha256) VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, dataset);
            insert.setString(2, split.label());
            insert.setInt(3, content.images());
            insert.setString(4, content.content().hex());
            insert.executeUpdate();
        }
    }

    private static List<Stored> read(PreparedStatement query) throws SQLException {
        List<Stored> found = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                String[] classes = (String[]) row.getArray("classes").getArray();
                found.add(new Stored(
                        row.getLong("id"),
                        new DatasetDescription(
                                row.getString("name"),
                                row.getString("modality"),
                                Arrays.asList(classes),
                                new ImageShape(row.getInt("height"), row.getInt("width"), row.getInt("channels")),
                                row.getString("source"),
                                row.getString("licence"))));
            }
        }
        return found;
    }
}
