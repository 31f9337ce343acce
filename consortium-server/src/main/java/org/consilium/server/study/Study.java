package org.consilium.server.study;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.Refusal;

/**
 * A study as a value: each thing that happens to it gives the next value.
 *
 * <p>Before it starts, {@code current} is the version that is being written or signed. Once it runs, {@code current} is
 * the version that its present round goes by, and {@code amendment} the one that the next round is going to go by, when
 * all have signed it.
 *
 * @param state where it stands
 * @param reason why it was stopped or withdrawn, or completed before its last round
 * @param current the version in force
 * @param amendment a later version that is not in force yet
 * @param lastVersion number of the latest version that was ever begun; one that was taken back keeps its number
 * @param joined the sites that have ever taken part
 * @param withdrawals the sites that have left it, by site id
 * @param course when things happened to it
 * @param selectedRound the round whose model is the result, chosen on validation scores after the last round
 * @param testDeadline until when test scores of that model are awaited
 */
public record Study(
        StudyState state,
        Optional<String> reason,
        ProtocolVersion current,
        Optional<ProtocolVersion> amendment,
        int lastVersion,
        Set<SiteId> joined,
        List<Withdrawal> withdrawals,
        Times course,
        Optional<RoundNumber> selectedRound,
        Optional<Instant> testDeadline) {

    /**
     * When things happened to a study.
     *
     * @param createdAt when its first draft was begun
     * @param startedAt when its first round was opened
     * @param pausedAt since when it is paused
     * @param endedAt when it ended, well or not
     */
    public record Times(
            Instant createdAt, Optional<Instant> startedAt, Optional<Instant> pausedAt, Optional<Instant> endedAt) {

        /** Checks that nothing is missing. */
        public Times {
            Objects.requireNonNull(createdAt, "createdAt");
        }

        private Times ended(Instant now) {
            return new Times(createdAt, startedAt, Optional.empty(), Optional.of(now));
        }
    }

    /** Checks that state, times and reason fit together. */
    public Study {
        Objects.requireNonNull(current, "current");
        Objects.requireNonNull(state, "state");
        withdrawals = List.copyOf(withdrawals);
        joined = Collections.unmodifiableSet(new TreeSet<>(joined));
        if (state.isEnded() != course.endedAt().isPresent()) {
            throw new IllegalArgumentException("a study has an end exactly when it has ended");
        }
        if ((state == StudyState.PAUSED) != course.pausedAt().isPresent()) {
            throw new IllegalArgumentException("a study is paused since some time exactly when it is paused");
        }
        if ((state == StudyState.STOPPED || state == StudyState.WITHDRAWN) && reason.isEmpty()) {
            throw new IllegalArgumentException("a study that was stopped or withdrawn says why");
        }
    }

    /** Returns a study whose first version is being written. */
    public static Study drafted(StudyProtocol protocol, String author, Instant now) {
        return new Study(
                StudyState.DRAFT,
                Optional.empty(),
                ProtocolVersion.draft(protocol.withVersion(1), author, now),
                Optional.empty(),
                1,
                Set.of(),
                List.of(),
                new Times(now, Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns the study's name. */
    public StudyId id() {
        return current.protocol().study();
    }

    /** Returns what the present round goes by. */
    public StudyProtocol protocol() {
        return current.protocol();
    }

    /** Returns the federated learning method. */
    public Strategy method() {
        return Strategies.of(protocol().method());
    }

    /** Returns the latest version, in force or not. */
    public ProtocolVersion newest() {
        return amendment.orElse(current);
    }

    /** Returns the version that rounds which are opened from now on go by. */
    public ProtocolVersion upcoming() {
        return amendment
                .filter(version -> version.state() == VersionState.APPROVED)
                .orElse(current);
    }

    /** Returns whether no round is opened until an amendment is signed or taken back. */
    public boolean awaitsSignatures() {
        return amendment
                .filter(version -> version.state() == VersionState.PROPOSED)
                .isPresent();
    }

    /** Returns the sites that have left it. */
    public Set<SiteId> left() {
        return withdrawals.stream().map(Withdrawal::site).collect(Collectors.toSet());
    }

    /** Returns the participants that have not left it, by site id. */
    public List<SiteId> active() {
        Set<SiteId> left = left();
        return protocol().participants().stream()
                .filter(site -> !left.contains(site))
                .toList();
    }

    /** Returns whether a version of it lies before the site's steward, or the site takes part or has left. */
    public boolean concerns(SiteId site) {
        return current.concerns(site)
                || amendment.filter(version -> version.concerns(site)).isPresent()
                || joined.contains(site)
                || left().contains(site);
    }

    /** Returns when it was created. */
    public Instant createdAt() {
        return course.createdAt();
    }

    /** Returns when it ended. */
    public Optional<Instant> endedAt() {
        return course.endedAt();
    }

    /** Returns whether it is going on. */
    public boolean isRunning() {
        return state == StudyState.RUNNING;
    }

    /** Returns whether its rounds are over and the test scores of the selected model are awaited. */
    public boolean isTesting() {
        return (isRunning() || state == StudyState.PAUSED) && selectedRound.isPresent();
    }

    /**
     * Returns it with another text of the version that is being written.
     *
     * @throws Refusal if no version is being written
     */
    public Study edited(StudyProtocol text, String by) {
        requireOpen("is not written any more");
        requireFit(text);
        return withNewest(newest().edited(text.withVersion(newest().number()), by));
    }

    /**
     * Returns it with a further version, which is being written. Before the start it takes the place of the one before,
     * which is taken back; later it waits beside the one in force.
     *
     * @throws Refusal if a version is being written or signed already, or what may not change is changed
     */
    public Study amended(StudyProtocol text, String by, Instant now) {
        requireOpen("cannot be amended");
        requireFit(text);
        ProtocolVersion next = ProtocolVersion.draft(text.withVersion(lastVersion + 1), by, now);
        if (state.isBeforeStart()) {
            return with(StudyState.DRAFT, reason, next, Optional.empty(), course);
        }
        if (selectedRound.isPresent()) {
            throw Refusal.of(
                    409,
                    "study-testing",
                    "The rounds of study " + id() + " are over: an amendment would never come into force.",
                    "Plan a new study, if it is to go on.");
        }
        if (amendment.isPresent()) {
            throw Refusal.of(
                    409,
                    "amendment-open",
                    "Version " + newest().number() + " of the protocol of study " + id() + " is " + newest().state()
                            + ", and not in force yet.",
                    newest().state() == VersionState.APPROVED
                            ? "Wait until the next round has been opened."
                            : "Take it back first.");
        }
        return with(state, reason, current, Optional.of(next), course);
    }

    /** Checks what every text of a later version must keep. */
    private void requireFit(StudyProtocol text) {
        if (!state.isBeforeStart()) {
            requireSameModel(text);
        }
        List<SiteId> gone =
                text.participants().stream().filter(left()::contains).toList();
        if (!gone.isEmpty()) {
            throw Refusal.of(
                    422,
                    "protocol-invalid",
                    "'participants' names sites that have left the study: " + gone + ".",
                    "Leave them out; a new study may invite them.");
        }
    }

    private void requireSameModel(StudyProtocol text) {
        if (!text.architecture().equals(protocol().architecture())
                || !text.initialModel().equals(protocol().initialModel())
                || !text.data().labels().equals(protocol().data().labels())) {
            throw Refusal.of(
                    422,
                    "protocol-invalid",
                    "An amendment cannot change 'architecture', 'initialModel' or 'labels' of study " + id()
                            + ": its model goes on.",
                    "Plan a new study for another network.");
        }
    }

    /** Returns it with the version that was being written laid before the stewards. */
    public Study proposed(Instant now) {
        requireOpen("cannot be proposed");
        requireFit(newest().protocol());
        ProtocolVersion version = newest().proposed(now);
        return state.isBeforeStart()
                ? with(StudyState.PROPOSED, reason, version, Optional.empty(), course)
                : with(state, reason, current, Optional.of(version), course);
    }

    /** Returns it with a steward's decision on the version that is proposed. */
    public Study signed(Signature signature, Instant now) {
        requireOpen("cannot be signed");
        if (left().contains(signature.site())) {
            throw hasLeft(signature.site());
        }
        return withNewest(newest().signed(signature, left(), now));
    }

    /**
     * Returns it without the amendment that is not in force yet; nothing changes for its rounds.
     *
     * @throws Refusal if there is none
     */
    public Study withoutAmendment() {
        requireOpen("has no amendment to take back");
        if (amendment.isEmpty()) {
            throw Refusal.of(
                    409,
                    "no-amendment",
                    "Study " + id() + " has no version that is not in force yet.",
                    state.isBeforeStart() ? "Write another version, or withdraw the study." : "Nothing is to be done.");
        }
        return with(state, reason, current, Optional.empty(), course);
    }

    /** Returns it with the amendment in force that all have signed; itself where there is none. */
    public Study atNextRound() {
        ProtocolVersion next = upcoming();
        return next == current ? this : with(state, reason, next, Optional.empty(), course);
    }

    /**
     * Returns it started.
     *
     * @throws Refusal if not all have signed
     */
    public Study started(Instant now) {
        if (state != StudyState.APPROVED) {
            String awaited = current.awaited(left()).stream().map(SiteId::value).collect(Collectors.joining(", "));
            boolean waits = state == StudyState.PROPOSED && !awaited.isEmpty();
            throw Refusal.of(
                    409,
                    "study-not-approved",
                    "Study " + id() + " is " + state + " and cannot be started"
                            + (waits ? "; not signed by " + awaited : "") + ".",
                    waits
                            ? "Wait for these signatures, or write another version."
                            : "Only an approved study is started.");
        }
        return with(
                StudyState.RUNNING,
                reason,
                current,
                amendment,
                new Times(createdAt(), Optional.of(now), Optional.empty(), Optional.empty()));
    }

    /** Returns it paused; itself if it is already. */
    public Study paused(Instant now) {
        if (state == StudyState.PAUSED) {
            return this;
        }
        requireRunning("paused");
        return with(
                StudyState.PAUSED,
                reason,
                current,
                amendment,
                new Times(createdAt(), course.startedAt(), Optional.of(now), Optional.empty()));
    }

    /** Returns it going on; itself if it is. The deadline of a test is put off by the length of the pause. */
    public Study resumed(Instant now) {
        if (state == StudyState.RUNNING) {
            return this;
        }
        if (state != StudyState.PAUSED) {
            requireRunning("resumed");
        }
        Duration pause = pauseUntil(now);
        return new Study(
                StudyState.RUNNING,
                reason,
                current,
                amendment,
                lastVersion,
                joined,
                withdrawals,
                new Times(createdAt(), course.startedAt(), Optional.empty(), Optional.empty()),
                selectedRound,
                testDeadline.map(deadline -> deadline.plus(pause)));
    }

    private Duration pauseUntil(Instant now) {
        return course.pausedAt().map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
    }

    /** Returns it without a site; an amendment that only this site had not signed is approved by that. */
    public Study left(Withdrawal withdrawal) {
        if (left().contains(withdrawal.site())) {
            throw hasLeft(withdrawal.site());
        }
        List<Withdrawal> all = new ArrayList<>(withdrawals);
        all.add(withdrawal);
        all.sort(java.util.Comparator.comparing(Withdrawal::site));
        Study without = new Study(
                state, reason, current, amendment, lastVersion, joined, all, course, selectedRound, testDeadline);
        if (state == StudyState.PROPOSED) {
            return without.withNewest(current.settled(without.left(), withdrawal.at()));
        }
        return without.with(
                state,
                reason,
                current,
                amendment.map(version -> version.settled(without.left(), withdrawal.at())),
                course);
    }

    /** Returns whether the site is bound to the study: it takes part or has, or has approved a version that is open. */
    public boolean binds(SiteId site) {
        boolean approved = Stream.of(Optional.of(current), amendment)
                .flatMap(Optional::stream)
                .filter(version -> version.state() == VersionState.PROPOSED || version.state() == VersionState.APPROVED)
                .anyMatch(version ->
                        version.signature(site).filter(Signature::approves).isPresent());
        return approved || joined.contains(site);
    }

    /** Returns the study awaiting test scores of that round's model. */
    public Study testing(RoundNumber selected, Instant now) {
        return new Study(
                state,
                reason,
                current,
                amendment,
                lastVersion,
                joined,
                withdrawals,
                course,
                Optional.of(selected),
                Optional.of(now.plus(protocol().schedule().roundDeadline())));
    }

    /** Returns the study with the reason why its rounds end before the last one that was planned. */
    public Study because(Optional<String> why) {
        return why.isEmpty() ? this : with(state, why, current, amendment, course);
    }

    /** Returns the study at its good end, with the round whose model is the result. */
    public Study completed(RoundNumber selected, Instant now) {
        return new Study(
                StudyState.COMPLETED,
                reason,
                current,
                Optional.empty(),
                lastVersion,
                joined,
                withdrawals,
                course.ended(now),
                Optional.of(selected),
                testDeadline);
    }

    /** Returns the study stopped by a coordinator, by one of its rules, or because it cannot go on. */
    public Study stopped(String why, Instant now) {
        return with(StudyState.STOPPED, Optional.of(why), current, Optional.empty(), course.ended(now));
    }

    /**
     * Returns the study given up before it started.
     *
     * @throws Refusal if it has started
     */
    public Study withdrawn(String why, Instant now) {
        if (!state.isBeforeStart()) {
            throw Refusal.of(
                    409,
                    "study-started",
                    "Study " + id() + " is " + state + " and cannot be withdrawn.",
                    state.isEnded() ? "Nothing is to be done." : "Stop it instead.");
        }
        return with(
                StudyState.WITHDRAWN,
                Optional.of(why),
                current.state() == VersionState.APPROVED ? current : current.withdrawn(now),
                Optional.empty(),
                course.ended(now));
    }

    private Study withNewest(ProtocolVersion version) {
        if (amendment.isPresent()) {
            return with(state, reason, current, Optional.of(version), course);
        }
        StudyState next = version.state() == VersionState.APPROVED ? StudyState.APPROVED : state;
        return with(next, reason, version, amendment, course);
    }

    private void requireOpen(String what) {
        if (state.isEnded()) {
            throw Refusal.of(
                    409,
                    "study-ended",
                    "Study " + id() + " is " + state + " and " + what + ".",
                    "Plan a new study, if it is to go on.");
        }
    }

    private void requireRunning(String what) {
        if (state != StudyState.RUNNING) {
            throw Refusal.of(
                    409,
                    "study-not-running",
                    "Study " + id() + " is " + state + " and cannot be " + what + ".",
                    "Look at its state: only a running study is paused, and only a paused one resumed.");
        }
    }

    private Refusal hasLeft(SiteId site) {
        return Refusal.of(
                409,
                "site-left",
                "Site " + site + " has left study " + id() + ".",
                "Nothing is to be done; a new study may invite it.");
    }

    private Study with(
            StudyState next,
            Optional<String> why,
            ProtocolVersion inForce,
            Optional<ProtocolVersion> later,
            Times times) {
        Set<SiteId> joining = new TreeSet<>(joined);
        if (times.startedAt().isPresent()) {
            joining.addAll(inForce.protocol().participants());
        }
        int last = Math.max(lastVersion, later.map(ProtocolVersion::number).orElse(inForce.number()));
        return new Study(next, why, inForce, later, last, joining, withdrawals, times, selectedRound, testDeadline);
    }
}
