package org.consilium.contract;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a site says of a set of impressions after it has compared them with its own images: numbers only.
 *
 * <p>Distances are Euclidean, between pixels in the network's own units and between features; each is given as a multiple of
 * the median distance that images of the site have to their nearest training image which the model was not trained on.
 *
 * @param set SHA-256 of the impressions
 * @param training training images that were compared with
 * @param heldOut held-out images that distances were measured against
 * @param images what is said of each impression, in the set's order
 * @param pixels how well nearness of pixels tells training from held-out images
 * @param features how well nearness of features does
 */
public record ImpressionVerdict(
        Sha256 set, int training, int heldOut, List<Image> images, Membership pixels, Membership features) {

    private static final int MOST_IMAGES = 100_000;

    /**
     * What is said of one impression.
     *
     * @param pixels distance to the nearest training image by pixels, as a multiple of the median, 0 or above
     * @param features by features
     * @param vetoed whether the site does not want it used
     */
    public record Image(double pixels, double features, boolean vetoed) {
        /** Checks the ranges. */
        public Image {
            if (!(pixels >= 0 && pixels < Double.POSITIVE_INFINITY)
                    || !(features >= 0 && features < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "an impression's distances must be 0 or above, not " + pixels + " and " + features);
            }
        }
    }

    /**
     * An attack that calls those images training images which are near to an impression.
     *
     * @param auc area under its curve, 0 to 1; 0.5 tells nothing, and is given where there were too few images to measure
     * @param standardError of the area (Hanley and McNeil, 1982), 0 to 1; 1 where there were too few images
     */
    public record Membership(double auc, double standardError) {
        /** Nothing was measured. */
        public static final Membership UNKNOWN = new Membership(0.5, 1);

        /** Checks the ranges. */
        public Membership {
            if (!(auc >= 0 && auc <= 1 && standardError >= 0 && standardError <= 1)) {
                throw new IllegalArgumentException(
                        "an area under the curve of " + auc + " +- " + standardError + " is not valid");
            }
        }

        /** Returns the lower bound of the area's one-sided 97.5 per cent confidence interval. */
        public double lowest() {
            return auc - 1.96 * standardError;
        }
    }

    /** Checks that it is complete. */
    public ImpressionVerdict {
        Objects.requireNonNull(set, "set");
        Objects.requireNonNull(pixels, "pixels");
        Objects.requireNonNull(features, "features");
        images = List.copyOf(images);
        if (training < 0 || heldOut < 0 || images.isEmpty() || images.size() > MOST_IMAGES) {
            throw new IllegalArgumentException("a verdict on " + images.size() + " impressions by " + training
                    + " training and " + heldOut + " held-out images is not valid");
        }
    }

    /** Returns how many impressions are vetoed. */
    public long vetoes() {
        return images.stream().filter(Image::vetoed).count();
    }

    /**
     * Returns the same with some more impressions vetoed.
     *
     * @param numbers of those, 0 to size - 1
     */
    public ImpressionVerdict vetoing(Set<Integer> numbers) {
        List<Image> all = IntStream.range(0, images.size())
                .mapToObj(i -> numbers.contains(i)
                        ? new Image(images.get(i).pixels(), images.get(i).features(), true)
                        : images.get(i))
                .toList();
        return new ImpressionVerdict(set, training, heldOut, all, pixels, features);
    }

    /** Returns the same with all impressions vetoed, as by a site that wants none. */
    public ImpressionVerdict refused() {
        return new ImpressionVerdict(
                set,
                training,
                heldOut,
                images.stream()
                        .map(image -> new Image(image.pixels(), image.features(), true))
                        .toList(),
                pixels,
                features);
    }
}
