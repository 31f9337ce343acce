package org.consilium.contract.protocol;

import java.util.List;
import java.util.Objects;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.contract.TrainingPlan;

/**
 * One version of what a study is going to do; what hospitals sign.
 *
 * @param study the study's name in the consortium
 * @param version 1 for the first, one more for each amendment
 * @param title for people, 1 to 200 characters on one line
 * @param purpose what it is for, 1 to 4,000 characters in any number of lines
 * @param principalInvestigator who answers for it, 1 to 200 characters on one line
 * @param data what each site brings
 * @param architecture the network
 * @param initialModel SHA-256 of the parameters to start from
 * @param method the federated learning method
 * @param plan what a site does in a round; its seed is the study's
 * @param privacy what protects patients
 * @param participants the invited sites, 1 to 1,000, kept in the order of their ids
 * @param schedule rounds, quorum, deadline
 * @param endpoint by what it is judged
 * @param stoppingRules what ends it early, at most 20
 * @param retention how long updates are kept
 */
public record StudyProtocol(
        StudyId study,
        int version,
        String title,
        String purpose,
        String principalInvestigator,
        DataSpecification data,
        ArchitectureId architecture,
        Sha256 initialModel,
        MethodSettings method,
        TrainingPlan plan,
        PrivacySettings privacy,
        List<SiteId> participants,
        Schedule schedule,
        PrimaryEndpoint endpoint,
        List<StoppingRule> stoppingRules,
        Retention retention) {

    /** First line of the canonical form. */
    static final String HEADING = "consilium study protocol 1";

    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_PURPOSE = 4_000;
    private static final int MOST_SITES = 1_000;
    private static final int MOST_RULES = 20;

    /** Checks everything, naming the member that is wrong. */
    public StudyProtocol {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(initialModel, "initialModel");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(privacy, "privacy");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(retention, "retention");
        if (!plan.objective().equals(LocalObjective.PLAIN)) {
            throw new IllegalArgumentException(
                    "'objective' is the method's business: state it in the method's settings");
        }
        if (version < 1) {
            throw new IllegalArgumentException("'version' must be 1 or more, not " + version);
        }
        Texts.require("title", title, LONGEST_TITLE);
        Texts.requireLines("purpose", purpose, LONGEST_PURPOSE);
        Texts.require("principalInvestigator", principalInvestigator, LONGEST_TITLE);
        participants = participants.stream().sorted().toList();
        if (participants.isEmpty() || participants.size() > MOST_SITES) {
            throw new IllegalArgumentException("'participants' must name 1 to " + MOST_SITES + " sites");
        }
        if (participants.stream().distinct().count() != participants.size()) {
            throw new IllegalArgumentException("'participants' names a site twice: " + participants);
        }
        if (schedule.quorum() > participants.size()) {
            throw new IllegalArgumentException("'quorum' must be 1 to the number of participants, "
                    + participants.size() + ", not " + schedule.quorum());
        }
        stoppingRules = List.copyOf(stoppingRules);
        if (stoppingRules.size() > MOST_RULES) {
            throw new IllegalArgumentException("'stoppingRules' must have at most " + MOST_RULES + " rules");
        }
        for (StoppingRule rule : stoppingRules) {
            if (rule instanceof StoppingRule.Harm harm
                    && !participants.containsAll(harm.baselines().keySet())) {
                throw new IllegalArgumentException("'baselines' names sites that are no participants: "
                        + harm.baselines().keySet());
            }
        }
    }

    /** Returns the same protocol as that version. */
    public StudyProtocol withVersion(int other) {
        return copy(other, method);
    }

    /** Returns the same protocol with another method. */
    public StudyProtocol with(MethodSettings other) {
        return copy(version, other);
    }

    private StudyProtocol copy(int otherVersion, MethodSettings otherMethod) {
        return new StudyProtocol(
                study,
                otherVersion,
                title,
                purpose,
                principalInvestigator,
                data,
                architecture,
                initialModel,
                otherMethod,
                plan,
                privacy,
                participants,
                schedule,
                endpoint,
                stoppingRules,
                retention);
    }

    /** Returns the bytes that are hashed: {@link CanonicalForm} under {@value #HEADING}. */
    public byte[] canonical() {
        CanonicalForm form = new CanonicalForm(HEADING)
                .text("study", study.value())
                .whole("version", version)
                .text("title", title)
                .text("purpose", purpose)
                .text("principalInvestigator", principalInvestigator);
        data.write(form);
        form.text("architecture", architecture.value()).text("initialModel", initialModel.hex());
        method.write(form);
        write(form, plan);
        privacy.write(form);
        form.list("participants", participants.stream().map(SiteId::value).toList());
        schedule.write(form);
        endpoint.write(form);
        form.whole("stoppingRules", stoppingRules.size());
        stoppingRules.forEach(rule -> rule.write(form));
        retention.write(form);
        return form.bytes();
    }

    /** Returns the SHA-256 of {@link #canonical()}, which signatures are bound to. */
    public Sha256 digest() {
        return Sha256.of(canonical());
    }

    private static void write(CanonicalForm form, TrainingPlan plan) {
        if (plan.effort() instanceof Effort.Epochs epochs) {
            form.whole("epochs", epochs.count());
        } else if (plan.effort() instanceof Effort.Steps steps) {
            form.whole("steps", steps.count());
        }
        form.whole("batchSize", plan.batchSize());
        if (plan.optimiser() instanceof Optimiser.Sgd sgd) {
            form.text("optimiser", "sgd")
                    .number("learningRate", sgd.learningRate())
                    .number("momentum", sgd.momentum());
        } else if (plan.optimiser() instanceof Optimiser.Adam adam) {
            form.text("optimiser", "adam").number("learningRate", adam.learningRate());
        }
        form.whole("seed", plan.seed());
    }
}
