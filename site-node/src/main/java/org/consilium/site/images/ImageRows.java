package org.consilium.site.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.ImageDataException;

/** The table {@code image}, within the caller's transaction. */
final class ImageRows {

    private static final int BATCH = 500;

    private ImageRows() {}

    /**
     * Writes the images of one split.
     *
     * @param pseudonym turns a patient's identity into the stored key
     * @param written told the number of images written so far, from time to time
     */
    static void insert(
            Connection connection,
            long dataset,
            String modality,
            Split split,
            Iterable<ImportedImage> images,
            UnaryOperator<String> pseudonym,
            IntConsumer written)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.image (dataset, split, ordinal, label, modality, sha256, patient_key, encoding,"
                        + " bytes, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            int ordinal = 0;
            for (ImportedImage image : images) {
                insert.setLong(1, dataset);
                insert.setString(2, split.label());
                insert.setInt(3, ordinal++);
                insert.setInt(4, image.label());
                insert.setString(5, modality);
                insert.setString(6, image.digest().hex());
                insert.setString(7, pseudonym.apply(image.patient()));
                insert.setString(8, image.encoding().name());
                insert.setBytes(9, image.keptAt().isPresent() ? null : image.bytes());
                insert.setString(10, image.keptAt().map(Path::toString).orElse(null));
                insert.addBatch();
                if (ordinal % BATCH == 0) {
                    insert.executeBatch();
                    written.accept(ordinal);
                }
            }
            insert.executeBatch();
            written.accept(ordinal);
        }
    }

    /**
     * Reads the images of one split in their order.
     *
     * @param size how many there are
     * @throws ImageDataException if a stored image is damaged, or a file that stayed outside is gone or changed
     */
    static LabelledImages read(Connection connection, DatasetRows.Stored dataset, Split split, int size)
            throws SQLException {
        DatasetDescription description = dataset.description();
        LabelledImages.Builder images = LabelledImages.builder(
                description.shape(), description.classes().size(), size);
        try (PreparedStatement query =
                connection.prepareStatement("SELECT ordinal, label, encoding, bytes, path, sha256"
                        + " FROM imaging.image WHERE dataset = ? AND split = ? ORDER BY ordinal")) {
            query.setLong(1, dataset.id());
            query.setString(2, split.label());
            query.setFetchSize(BATCH);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String path = row.getString(5);
                    String name = path == null
                            ? "image " + row.getInt(1) + " of " + description.name() + "/" + split.label()
                            : path;
                    byte[] bytes = path == null ? row.getBytes(4) : file(Path.of(path), new Sha256(row.getString(6)));
                    images.add(
                            PixelDecoder.decode(name, Encoding.valueOf(row.getString(3)), bytes, description.shape()),
                            row.getInt(2));
                }
            }
        }
        return images.build();
    }

    /** Returns how many images there are of each class in each split. */
    static SortedMap<Split, long[]> counts(Connection connection, DatasetRows.Stored dataset) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT split, label, count(*) FROM imaging.image WHERE dataset = ? GROUP BY split, label")) {
            query.setLong(1, dataset.id());
            int classes = dataset.description().classes().size();
            SortedMap<Split, long[]> counts = new TreeMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    counts.computeIfAbsent(Split.of(row.getString(1)), split -> new long[classes])[row.getInt(2)] =
                            row.getLong(3);
                }
            }
            return counts;
        }
    }

    private static byte[] file(Path path, Sha256 digest) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new ImageDataException(
                    path + " was imported as a path but cannot be read (" + e.getMessage()
                            + "); put the file back or import the data set again",
                    e);
        }
        if (!Sha256.of(bytes).equals(digest)) {
            throw new ImageDataException(
                    path + " was changed after it was imported; import the data set again with \"replace\":true");
        }
        return bytes;
    }
}
