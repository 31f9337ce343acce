package org.consilium.site.images;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.ref.SoftReference;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.site.images.ImageStore.Fingerprint;
import org.consilium.site.platform.Database;

/**
 * The images as training wants them. Those of the data set in use stay in memory between rounds as long as memory
 * allows, and are read again as soon as an import changes them.
 */
@ApplicationScoped
public class ImageLibrary {

    private ImageStore store;
    private Database database;
    private final Map<Split, Kept> kept = new EnumMap<>(Split.class);

    /** For the container's proxy. */
    ImageLibrary() {}

    /**
     * @param store where the images are
     * @param database for the error when it is out of reach
     */
    @Inject
    public ImageLibrary(ImageStore store, Database database) {
        this.store = store;
        this.database = database;
    }

    /**
     * Returns how many images of a split the site has, by label; none of no label if it has no such images.
     *
     * @throws org.consilium.site.platform.ProblemException with status 503 if the database is out of reach
     */
    public long[] counts(String dataset, Split split) {
        database.require();
        try {
            return store.counts(dataset, split);
        } catch (SQLException e) {
            throw database.unavailable(e);
        }
    }

    /**
     * Returns what tells a data set from another to this site alone: HMAC-SHA-256, under the secret of the site's
     * pseudonyms, of what its splits hold. Nothing if there is none of that name.
     *
     * @throws org.consilium.site.platform.ProblemException with status 503 if the database is out of reach
     */
    public Optional<Sha256> fingerprint(String dataset) {
        database.require();
        try {
            return store.fingerprint(dataset);
        } catch (SQLException e) {
            throw database.unavailable(e);
        }
    }

    private record Kept(Fingerprint fingerprint, SoftReference<LabelledImages> images) {}

    /**
     * Returns the images of a split in import order, nothing if the site has none.
     *
     * @throws org.consilium.site.platform.ProblemException with status 503 if the database is out of reach
     * @throws org.consilium.model.images.ImageDataException if a stored image cannot be used, naming it
     */
    public synchronized Optional<LabelledImages> images(String dataset, Split split) {
        database.require();
        try {
            Optional<Fingerprint> now = store.fingerprint(dataset, split);
            if (now.isEmpty()) {
                return Optional.empty();
            }
            Kept before = kept.get(split);
            LabelledImages same = before != null && before.fingerprint().equals(now.get())
                    ? before.images().get()
                    : null;
            if (same != null) {
                return Optional.of(same);
            }
            kept.remove(split);
            Optional<LabelledImages> read = store.read(dataset, split);
            read.ifPresent(images -> kept.put(split, new Kept(now.get(), new SoftReference<>(images))));
            return read;
        } catch (SQLException e) {
            throw database.unavailable(e);
        }
    }
}
