package org.consilium.site.images;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.ImageDataException;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.images.DatasetRows.Stored;
import org.consilium.site.images.DatasetRows.StoredSplit;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Pseudonyms;

/** What may be done with the stored images; each method is one transaction. */
@ApplicationScoped
@Transactional(rollbackOn = {RuntimeException.class, SQLException.class})
public class ImageStore {

    private DataSource source;
    private Pseudonyms pseudonyms;
    private SiteAudit audit;

    /** For the container's proxy. */
    ImageStore() {}

    /**
     * @param source takes part in the caller's or the method's transaction
     * @param pseudonyms for patients, and for what a data set holds
     * @param audit tells of what came in
     */
    @Inject
    public ImageStore(DataSource source, Pseudonyms pseudonyms, SiteAudit audit) {
        this.source = source;
        this.pseudonyms = pseudonyms;
        this.audit = audit;
    }

    /** What is told of a data set: never an image. */
    record Summary(DatasetDescription description, SortedMap<Split, long[]> counts) {}

    /**
     * Brings in all images of a folder, or none.
     *
     * @param acting who has it done
     * @param replace whether other content under that name may be replaced
     * @param done told how many images were looked at so far
     * @return whether anything changed; the same images again change nothing
     * @throws ProblemException with status 409 if the name stands for other images
     * @throws ImageDataException if an image cannot be used, or the folder changes meanwhile
     */
    boolean add(ImageSource folder, Acting acting, boolean replace, IntConsumer done) throws SQLException {
        DatasetDescription description = folder.description();
        Map<Split, StoredSplit> incoming = contents(folder);
        try (Connection connection = source.getConnection()) {
            Optional<Stored> known = DatasetRows.find(connection, description.name());
            Optional<Sha256> before = Optional.empty();
            if (known.isPresent()) {
                SortedMap<Split, StoredSplit> there =
                        DatasetRows.splits(connection, known.get().id());
                before = Optional.of(fingerprint(there));
                boolean same = known.get().description().equals(description);
                if (same && there.entrySet().containsAll(incoming.entrySet())) {
                    done.accept(folder.total());
                    return false;
                }
                boolean onlyNew = same && incoming.keySet().stream().noneMatch(there::containsKey);
                if (!onlyNew) {
                    if (!replace) {
                        throw exists(description.name());
                    }
                    DatasetRows.delete(connection, known.get().id());
                    known = Optional.empty();
                }
            }
            long id = known.isPresent() ? known.get().id() : DatasetRows.insert(connection, description);
            int base = 0;
            for (Map.Entry<Split, StoredSplit> split : incoming.entrySet()) {
                int first = base;
                SplitContent written = new SplitContent();
                DatasetRows.insertSplit(connection, id, split.getKey(), split.getValue());
                ImageRows.insert(
                        connection,
                        id,
                        description.modality(),
                        split.getKey(),
                        written.watching(folder.images(split.getKey())),
                        pseudonyms::of,
                        stored -> done.accept(first + stored));
                if (!written.seen().equals(split.getValue())) {
                    throw new ImageDataException("the " + split.getKey().label() + " split in " + folder.folder()
                            + " changed while it was imported; import it again once all images are copied there");
                }
                base += split.getValue().images();
            }
            audit.append(connection, acting, came(description.name(), before, DatasetRows.splits(connection, id)));
            return true;
        }
    }

    private SiteEvent came(String name, Optional<Sha256> before, SortedMap<Split, StoredSplit> splits) {
        Sha256 now = fingerprint(splits);
        int images = splits.values().stream().mapToInt(StoredSplit::images).sum();
        return before.isPresent()
                ? new SiteEvent.DatasetChanged(name, before.get(), now, images)
                : new SiteEvent.DatasetRegistered(name, now, images);
    }

    /**
     * The digests of the splits' contents, which are those of their images and labels in order, under the site's secret: who
     * has an image can otherwise try whether this site has it.
     */
    private Sha256 fingerprint(SortedMap<Split, StoredSplit> splits) {
        StringBuilder contents = new StringBuilder("data set\n");
        splits.forEach((split, stored) -> contents.append(split.label())
                .append(' ')
                .append(stored.content())
                .append('\n'));
        return new Sha256(pseudonyms.of(contents.toString()));
    }

    /** Returns the fingerprint of a data set, nothing if there is none of that name. */
    Optional<Sha256> fingerprint(String dataset) throws SQLException {
        try (Connection connection = source.getConnection()) {
            Optional<Stored> found = DatasetRows.find(connection, dataset);
            return found.isPresent()
                    ? Optional.of(fingerprint(
                            DatasetRows.splits(connection, found.get().id())))
                    : Optional.empty();
        }
    }

    /** Returns all data sets. */
    List<Summary> summaries() throws SQLException {
        try (Connection connection = source.getConnection()) {
            List<Summary> summaries = new ArrayList<>();
            for (Stored dataset : DatasetRows.all(connection)) {
                summaries.add(new Summary(dataset.description(), ImageRows.counts(connection, dataset)));
            }
            return summaries;
        }
    }

    /** Returns how many images of a split there are, by label; of no label if there is no such split. */
    long[] counts(String dataset, Split split) throws SQLException {
        return withSplit(
                        dataset,
                        split,
                        (connection, found, stored) ->
                                ImageRows.counts(connection, found).getOrDefault(split, new long[0]))
                .orElse(new long[0]);
    }

    /** Tells whether images read before are still those that are stored. */
    record Fingerprint(Sha256 content, DatasetDescription description) {}

    /** Returns what identifies the content of a split now, nothing if there are no such images. */
    Optional<Fingerprint> fingerprint(String dataset, Split split) throws SQLException {
        return withSplit(
                dataset, split, (connection, found, stored) -> new Fingerprint(stored.content(), found.description()));
    }

    /** Reads the images of a split, nothing if there are none. */
    Optional<LabelledImages> read(String dataset, Split split) throws SQLException {
        return withSplit(
                dataset,
                split,
                (connection, found, stored) -> ImageRows.read(connection, found, split, stored.images()));
    }

    private <T> Optional<T> withSplit(String dataset, Split split, SplitWork<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            Optional<Stored> found = DatasetRows.find(connection, dataset);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            StoredSplit stored =
                    DatasetRows.splits(connection, found.get().id()).get(split);
            return stored == null ? Optional.empty() : Optional.of(work.with(connection, found.get(), stored));
        }
    }

    @FunctionalInterface
    private interface SplitWork<T> {
        T with(Connection connection, Stored dataset, StoredSplit split) throws SQLException;
    }

    private static Map<Split, StoredSplit> contents(ImageSource folder) {
        Map<Split, StoredSplit> contents = new EnumMap<>(Split.class);
        for (Split split : folder.sizes().keySet()) {
            contents.put(split, SplitContent.of(folder.images(split)));
        }
        return contents;
    }

    private static ProblemException exists(String dataset) {
        return new ProblemException(new Problem(
                "dataset-exists",
                409,
                "The data set exists with other content",
                "The data set '" + dataset + "' is already here with other images or another description.",
                "Choose another name, or send \"replace\":true to replace all of its images."));
    }
}
