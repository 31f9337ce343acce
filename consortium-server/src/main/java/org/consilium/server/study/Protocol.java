package org.consilium.server.study;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.server.platform.Texts;

/**
 * What a study is going to do, fixed before it starts.
 *
 * @param id its name in the consortium
 * @param title for people, 1 to 200 characters, no control characters
 * @param dataset name of the data set at every site, 1 to 60 characters, no control characters
 * @param architecture the network
 * @param initialModel parameters to start from
 * @param strategy name of the federated learning method
 * @param participants the invited sites, 1 to 1,000, kept in the order of their ids
 * @param rounds number of rounds, 1 to 100,000
 * @param quorum fewest updates that a round needs, 1 to the number of participants
 * @param roundDeadline how long a site may take to answer, 1 s to 30 days
 * @param plan what a site does in a round; its seed is the study's
 * @param test whether the selected model is scored once on the test images at the end
 */
public record Protocol(
        StudyId id,
        String title,
        String dataset,
        ArchitectureId architecture,
        Sha256 initialModel,
        String strategy,
        List<SiteId> participants,
        int rounds,
        int quorum,
        Duration roundDeadline,
        TrainingPlan plan,
        boolean test) {

    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_DATASET = 60;
    private static final int MOST_SITES = 1_000;
    private static final int MOST_ROUNDS = 100_000;
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(30);

    /** Checks everything, naming the member that is wrong. */
    public Protocol {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(initialModel, "initialModel");
        Objects.requireNonNull(plan, "plan");
        Texts.require("title", title, LONGEST_TITLE);
        Texts.require("dataset", dataset, LONGEST_DATASET);
        Strategies.named(strategy);
        participants = participants.stream().sorted().toList();
        if (participants.isEmpty() || participants.size() > MOST_SITES) {
            throw new IllegalArgumentException("'participants' must name 1 to " + MOST_SITES + " sites");
        }
        if (participants.stream().distinct().count() != participants.size()) {
            throw new IllegalArgumentException("'participants' names a site twice: " + participants);
        }
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException("'rounds' must be 1 to " + MOST_ROUNDS + ", not " + rounds);
        }
        if (quorum < 1 || quorum > participants.size()) {
            throw new IllegalArgumentException(
                    "'quorum' must be 1 to the number of participants, " + participants.size() + ", not " + quorum);
        }
        if (roundDeadline.compareTo(Duration.ofSeconds(1)) < 0 || roundDeadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException("'roundDeadlineSeconds' must be 1 to " + LONGEST_DEADLINE.toSeconds()
                    + ", not " + roundDeadline.toSeconds());
        }
    }

    /** Returns the federated learning method. */
    public Strategy method() {
        return Strategies.named(strategy);
    }
}
