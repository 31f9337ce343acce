package org.consilium.algorithm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.sampling.distribution.DirichletSampler;
import org.consilium.contract.Split;

/**
 * Deals the images of one data set to several virtual sites, for demonstrations and research; real hospitals bring
 * their own.
 *
 * <p>All splits are dealt in the same proportions, so that a site validates and tests on the mix that it trains on.
 */
public sealed interface Partitioner {

    /** Fewest training images that a random partition may leave a site with. */
    int LEAST_TRAINING_IMAGES = 10;

    /**
     * Parses a partition as the command line names it.
     *
     * @param text {@code iid}, {@code dirichlet:ALPHA} with ALPHA above 0, {@code one-class} or {@code by-site}
     * @throws IllegalArgumentException naming the forms
     */
    static Partitioner parse(String text) {
        if (text.equals("iid")) {
            return new Iid();
        }
        if (text.equals("by-site")) {
            return new BySite();
        }
        if (text.equals("one-class")) {
            return new OneClass();
        }
        if (text.startsWith("dirichlet:")) {
            try {
                return new Dirichlet(Double.parseDouble(text.substring("dirichlet:".length())));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "partition '" + text + "' is not valid: ALPHA must be a number, as in dirichlet:0.5", e);
            }
        }
        throw new IllegalArgumentException("partition '" + text
                + "' is not known: use iid, dirichlet:ALPHA such as dirichlet:0.5, one-class or by-site");
    }

    /** Returns the text that {@link #parse} reads. */
    String text();

    /**
     * Deals the images.
     *
     * @param images the labels by split; TRAIN must be there
     * @param sites number of sites, at least 1
     * @param seed decides who gets which image
     * @throws IllegalArgumentException if the images cannot be dealt so, with the reason and what to change
     */
    Partition deal(Map<Split, Labels> images, int sites, long seed);

    /**
     * The labels of one split's images, and the site that each comes from where the data set knows it.
     *
     * @param labels class of each image, 0 to classes - 1
     * @param origins site of each image, from 0, or empty where the data set has none
     * @param classes number of classes
     */
    record Labels(int[] labels, int[] origins, int classes) {
        /** Copies and checks. */
        public Labels {
            labels = labels.clone();
            origins = origins.clone();
            if (origins.length != 0 && origins.length != labels.length) {
                throw new IllegalArgumentException(
                        labels.length + " labels do not go with " + origins.length + " origins");
            }
        }
    }

    /**
     * Who has which image.
     *
     * @param indices by split, then by site: ascending indices into that split
     */
    record Partition(Map<Split, List<int[]>> indices) {
        /** Returns the ascending indices of a site's images within a split, none where the split was not dealt. */
        public int[] of(Split split, int site) {
            List<int[]> dealt = indices.get(split);
            return dealt == null ? new int[0] : dealt.get(site).clone();
        }
    }

    /** Every site has the same mix: images are shuffled and cut into parts of equal size. */
    record Iid() implements Partitioner {
        @Override
        public String text() {
            return "iid";
        }

        @Override
        public Partition deal(Map<Split, Labels> images, int sites, long seed) {
            Map<Split, List<int[]>> dealt = new TreeMap<>();
            images.forEach((split, labels) -> {
                List<Integer> order =
                        shuffled(IntStream.range(0, labels.labels().length), stream(seed, "iid/" + split.label()));
                List<int[]> parts = new ArrayList<>();
                for (int site = 0; site < sites; site++) {
                    int from = (int) ((long) order.size() * site / sites);
                    int to = (int) ((long) order.size() * (site + 1) / sites);
                    parts.add(ascending(order.subList(from, to)));
                }
                dealt.put(split, parts);
            });
            return checked(new Partition(dealt), sites, "fewer sites or more images are needed");
        }
    }

    /**
     * Label skew: for each class, the shares of the sites are drawn from a symmetric Dirichlet distribution (Hsu, Qi,
     * Brown, "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification", 2019).
     * Drawn again, at most 1,000 times, until each site has at least {@link #LEAST_TRAINING_IMAGES} training images.
     *
     * @param alpha concentration, 0.001 to 1,000,000; small is skewed, large is even
     */
    record Dirichlet(double alpha) implements Partitioner {

        private static final int MOST_DRAWS = 1_000;

        /** Checks the range. */
        public Dirichlet {
            if (!(alpha >= 0.001 && alpha <= 1_000_000)) {
                throw new IllegalArgumentException(
                        "partition dirichlet:" + alpha + " is not valid: ALPHA is a number of 0.001 to 1000000");
            }
        }

        @Override
        public String text() {
            return "dirichlet:" + (alpha == Math.rint(alpha) ? Long.toString((long) alpha) : Double.toString(alpha));
        }

        @Override
        public Partition deal(Map<Split, Labels> images, int sites, long seed) {
            if (sites == 1) {
                return new Iid().deal(images, 1, seed);
            }
            int classes = images.get(Split.TRAIN).classes();
            for (int draw = 0; draw < MOST_DRAWS; draw++) {
                DirichletSampler sampler = DirichletSampler.symmetric(stream(seed, "dirichlet/" + draw), sites, alpha);
                double[][] shares = sampler.samples(classes).toArray(double[][]::new);
                Partition partition = cut(images, shares, seed, draw);
                if (smallest(partition, sites) >= LEAST_TRAINING_IMAGES) {
                    return partition;
                }
            }
            throw new IllegalArgumentException("no draw out of " + MOST_DRAWS + " from " + text() + " with seed " + seed
                    + " gives each of " + sites + " sites at least " + LEAST_TRAINING_IMAGES
                    + " training images; use a larger ALPHA, fewer sites or another seed");
        }

        private static Partition cut(Map<Split, Labels> images, double[][] shares, long seed, int draw) {
            int sites = shares[0].length;
            Map<Split, List<int[]>> dealt = new TreeMap<>();
            images.forEach((split, labels) -> {
                UniformRandomProvider order = stream(seed, "dirichlet/" + draw + "/" + split.label());
                List<List<Integer>> parts = new ArrayList<>();
                for (int site = 0; site < sites; site++) {
                    parts.add(new ArrayList<>());
                }
                for (int label = 0; label < shares.length; label++) {
                    int wanted = label;
                    List<Integer> members = shuffled(
                            IntStream.range(0, labels.labels().length).filter(i -> labels.labels()[i] == wanted),
                            order);
                    double upTo = 0;
                    int from = 0;
                    for (int site = 0; site < sites; site++) {
                        upTo += shares[label][site];
                        int to = site == sites - 1
                                ? members.size()
                                : (int) Math.min(members.size(), Math.round(upTo * members.size()));
                        parts.get(site).addAll(members.subList(from, Math.max(from, to)));
                        from = Math.max(from, to);
                    }
                }
                dealt.put(split, parts.stream().map(Partitioner::ascending).toList());
            });
            return new Partition(dealt);
        }
    }

    /**
     * Label skew at its utmost: with as many sites as classes each site has the images of one class alone. With more sites
     * a class is shared evenly by several; with fewer a site has several classes.
     */
    record OneClass() implements Partitioner {
        @Override
        public String text() {
            return "one-class";
        }

        @Override
        public Partition deal(Map<Split, Labels> images, int sites, long seed) {
            Map<Split, List<int[]>> dealt = new TreeMap<>();
            images.forEach((split, labels) -> {
                UniformRandomProvider order = stream(seed, "one-class/" + split.label());
                List<List<Integer>> parts = new ArrayList<>();
                for (int site = 0; site < sites; site++) {
                    parts.add(new ArrayList<>());
                }
                for (int label = 0; label < labels.classes(); label++) {
                    int wanted = label;
                    List<Integer> members = shuffled(
                            IntStream.range(0, labels.labels().length).filter(i -> labels.labels()[i] == wanted),
                            order);
                    int owners = Math.max(1, (sites - label + labels.classes() - 1) / labels.classes());
                    for (int owner = 0; owner < owners; owner++) {
                        int from = (int) ((long) members.size() * owner / owners);
                        int to = (int) ((long) members.size() * (owner + 1) / owners);
                        parts.get((label + owner * labels.classes()) % sites).addAll(members.subList(from, to));
                    }
                }
                dealt.put(split, parts.stream().map(Partitioner::ascending).toList());
            });
            return checked(new Partition(dealt), sites, "use fewer sites");
        }
    }

    /** Each image stays at the site that it comes from, where the data set knows it. */
    record BySite() implements Partitioner {
        @Override
        public String text() {
            return "by-site";
        }

        @Override
        public Partition deal(Map<Split, Labels> images, int sites, long seed) {
            Map<Split, List<int[]>> dealt = new TreeMap<>();
            images.forEach((split, labels) -> {
                int[] origins = labels.origins();
                if (labels.labels().length > 0 && origins.length == 0) {
                    throw new IllegalArgumentException("the " + split.label()
                            + " images do not say which site they come from; use iid or dirichlet:ALPHA");
                }
                int most = Arrays.stream(origins).max().orElse(-1);
                if (most >= sites) {
                    throw new IllegalArgumentException("the " + split.label() + " images come from " + (most + 1)
                            + " sites; use --sites " + (most + 1));
                }
                List<int[]> parts = new ArrayList<>();
                for (int site = 0; site < sites; site++) {
                    int wanted = site;
                    parts.add(IntStream.range(0, origins.length)
                            .filter(i -> origins[i] == wanted)
                            .toArray());
                }
                dealt.put(split, parts);
            });
            return checked(new Partition(dealt), sites, "use fewer sites");
        }
    }

    private static UniformRandomProvider stream(long seed, String label) {
        return Seeds.random(seed, "partition/" + label);
    }

    private static List<Integer> shuffled(IntStream indices, UniformRandomProvider random) {
        List<Integer> list = new ArrayList<>(indices.boxed().toList());
        ListSampler.shuffle(random, list);
        return list;
    }

    private static int[] ascending(List<Integer> indices) {
        return indices.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private static int smallest(Partition partition, int sites) {
        return IntStream.range(0, sites)
                .map(site -> partition.of(Split.TRAIN, site).length)
                .min()
                .orElse(0);
    }

    private static Partition checked(Partition partition, int sites, String next) {
        for (int site = 0; site < sites; site++) {
            if (partition.of(Split.TRAIN, site).length == 0) {
                throw new IllegalArgumentException(
                        "site " + (site + 1) + " of " + sites + " would have no training image; " + next);
            }
        }
        return partition;
    }
}
