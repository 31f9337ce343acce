package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.consilium.algorithm.Partitioner;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.ImageDataset;

/**
 * A data set's images as the partitioner dealt them to the sites.
 *
 * @param sites each site's images, in the order of the site ids
 * @param pooled the images of all sites in one place, by split, in the data set's order: of TRAIN all, of VAL and TEST those
 *     that the sites score
 */
record DealtImages(List<SiteImages> sites, Map<Split, LabelledImages> pooled) {

    /** Most images of TRAIN, VAL and TEST in a quick run: enough to see something learnt within seconds. */
    private static final Map<Split, Integer> QUICK = Map.of(Split.TRAIN, 600, Split.VAL, 200, Split.TEST, 200);

    /** Copies. */
    DealtImages {
        sites = List.copyOf(sites);
        pooled = Map.copyOf(pooled);
    }

    /**
     * One site's images.
     *
     * @param site the site
     * @param images by split, in the data set's order; all three splits are there, VAL and TEST may be empty
     */
    record SiteImages(SiteId site, Map<Split, LabelledImages> images) {
        /** Copies. */
        SiteImages {
            images = Map.copyOf(images);
        }

        /** Returns the images of one split. */
        LabelledImages of(Split split) {
            return images.get(split);
        }

        /** Returns the images of one split that the site scores, as a node does: none of a label of which it has too few. */
        LabelledImages scored(Split split) {
            return of(split).withoutRareLabels(DemoProtocol.FEWEST_EXAMPLES);
        }
    }

    /**
     * Loads and deals a data set.
     *
     * @throws BadOption if the partition does not go with the images and the number of sites
     */
    static DealtImages of(ImageDataset dataset, StudySettings settings) {
        Map<Split, LabelledImages> images = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            LabelledImages all = dataset.load(split.label());
            images.put(split, settings.quick() ? thinned(all, QUICK.get(split)) : all);
        }
        return of(images, settings);
    }

    /** Deals images that are in memory. */
    static DealtImages of(Map<Split, LabelledImages> images, StudySettings settings) {
        images.forEach((split, all) -> {
            if (all.size() == 0) {
                throw new CommandFailure("The " + split.label() + " split of the data set has no images. A study needs"
                        + " images to train, to validate and to test on: add some, or choose another --dataset.");
            }
        });
        Map<Split, Partitioner.Labels> labels = new EnumMap<>(Split.class);
        images.forEach(
                (split, all) -> labels.put(split, new Partitioner.Labels(all.labels(), all.origins(), all.classes())));
        Partitioner.Partition partition;
        try {
            partition = settings.partition().deal(labels, settings.sites(), settings.seed());
        } catch (IllegalArgumentException e) {
            throw new BadOption("--partition " + settings.partition().text() + " with --sites " + settings.sites(), e);
        }
        List<SiteImages> sites = new ArrayList<>();
        for (int site = 0; site < settings.sites(); site++) {
            Map<Split, LabelledImages> share = new EnumMap<>(Split.class);
            for (Split split : Split.values()) {
                share.put(split, images.get(split).subset(partition.of(split, site)));
            }
            sites.add(new SiteImages(StudySettings.siteId(site + 1), share));
        }
        sites.sort(Comparator.comparing(SiteImages::site));
        Map<Split, LabelledImages> pooled = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            LabelledImages all = images.get(split);
            int[] used = IntStream.range(0, settings.sites())
                    .flatMap(site -> used(all, split, partition.of(split, site)))
                    .sorted()
                    .toArray();
            pooled.put(split, all.subset(used));
        }
        return new DealtImages(sites, pooled);
    }

    /** Returns which of a site's images are trained on or scored: models are compared on the same images. */
    private static IntStream used(LabelledImages all, Split split, int[] dealt) {
        int[] counts = all.subset(dealt).countsByClass();
        return IntStream.of(dealt)
                .filter(i -> split == Split.TRAIN || counts[all.label(i)] >= DemoProtocol.FEWEST_EXAMPLES);
    }

    /** Returns the number of classes. */
    int classes() {
        return pooled.get(Split.TRAIN).classes();
    }

    /** Returns one line a site: how many images it has. */
    List<String> lines() {
        return sites.stream()
                .map(site -> Text.of(
                        "  %-8s %,7d training, %,6d validation, %,6d test images; training images by class %s",
                        site.site(),
                        site.of(Split.TRAIN).size(),
                        site.of(Split.VAL).size(),
                        site.of(Split.TEST).size(),
                        java.util.Arrays.toString(site.of(Split.TRAIN).countsByClass())))
                .toList();
    }

    /** Returns at most so many images, evenly spaced over all, so that the classes keep their shares roughly. */
    private static LabelledImages thinned(LabelledImages all, int most) {
        if (all.size() <= most) {
            return all;
        }
        return all.subset(IntStream.range(0, most)
                .map(i -> (int) ((long) i * all.size() / most))
                .toArray());
    }
}
