package org.consilium.quickstart;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Seeds;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.Parameters;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Architectures;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;

/**
 * What a study is asked to be; the same for a simulation and for a run through real servers.
 *
 * @param sites number of sites, 1 to 1,000
 * @param rounds number of rounds, 1 to 100,000
 * @param plan what each site does in a round; its seed is the study's
 * @param partition how the images are dealt to the sites
 * @param family family of the network, such as {@code cnn}
 * @param strategy the federated learning method
 * @param quick whether only few images are used, for a first look
 * @param withCentralised whether one model is also trained on all images in one place
 * @param withLocal whether each site also trains a model alone
 */
record StudySettings(
        int sites,
        int rounds,
        TrainingPlan plan,
        Partitioner partition,
        String family,
        Strategy strategy,
        boolean quick,
        boolean withCentralised,
        boolean withLocal) {

    /** Returns the study's seed: the source of everything random in it. */
    long seed() {
        return plan.seed();
    }

    /** Returns a line for people: to how many sites the images are dealt, and how. */
    String dealing() {
        return Text.of("Sites    %d, dealt by %s with seed %d", sites, partition.text(), seed());
    }

    /** Returns the parameters that round 1 starts from, for the study's images. */
    Parameters initialModel(Networks networks, ImageDataset dataset, int classes) {
        return networks.initial(Architectures.id(family, dataset.shape(), classes), Seeds.initialModel(seed()));
    }

    /** Returns a line for people: what is trained, and how. */
    String training(Parameters initial) {
        return Text.of(
                "Model    %s, %,d parameters; %s, %s",
                initial.architecture(), initial.count(), strategy.name(), Text.counted(rounds, "round"));
    }

    /** Returns the ids {@code site-1} to {@code site-N} in the order of site ids, in which site-10 precedes site-2. */
    List<SiteId> siteIds() {
        return List.copyOf(new TreeSet<>(
                IntStream.rangeClosed(1, sites).mapToObj(StudySettings::siteId).toList()));
    }

    /** Returns the id of the site with that number, counted from 1. */
    static SiteId siteId(int number) {
        return new SiteId("site-" + number);
    }
}
