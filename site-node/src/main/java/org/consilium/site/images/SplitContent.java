package org.consilium.site.images;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Iterator;
import org.consilium.contract.Sha256;
import org.consilium.site.images.DatasetRows.StoredSplit;

/** Digests labels, encodings and image digests in their order, so that equal folders have equal contents. */
final class SplitContent {

    private final MessageDigest digest = Sha256.digester();
    private int images;

    /** Returns the content of all these images. */
    static StoredSplit of(Iterable<ImportedImage> images) {
        SplitContent content = new SplitContent();
        content.watching(images).forEach(image -> {});
        return content.seen();
    }

    /** Returns the same images; each becomes part of the content as it is handed out. */
    Iterable<ImportedImage> watching(Iterable<ImportedImage> source) {
        return () -> {
            Iterator<ImportedImage> each = source.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return each.hasNext();
                }

                @Override
                public ImportedImage next() {
                    ImportedImage image = each.next();
                    add(image);
                    return image;
                }
            };
        };
    }

    /** Returns the content of the images that were handed out. */
    StoredSplit seen() {
        return new StoredSplit(images, Sha256.ofDigest(digest.digest()));
    }

    private void add(ImportedImage image) {
        digest.update(ByteBuffer.allocate(5)
                .putInt(image.label())
                .put((byte) (image.encoding().ordinal() * 2 + (image.keptAt().isPresent() ? 1 : 0)))
                .flip());
        digest.update(image.digest().bytes());
        images++;
    }
}
