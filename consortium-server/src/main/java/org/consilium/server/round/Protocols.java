package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.globalmodel.ModelAudience;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.StoredVector;
import org.consilium.server.platform.LogIns.LogIn;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Requests;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteStatus;
import org.consilium.server.site.Sites;
import org.consilium.server.study.ProtocolVersion;
import org.consilium.server.study.Signature;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;
import org.consilium.server.study.VersionState;

/** The use cases of protocols: write a version, lay it before the stewards, sign it, take it back. */
@ApplicationScoped
public class Protocols {

    /** How long a statement may be signed after it was made out. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final StudyStore studies;
    private final Sites sites;
    private final Models models;
    private final ModelAudience audience;
    private final Wakeups wakeups;
    private final Zoo zoo;
    private final Clock clock;
    private final Audit audit;

    @Inject
    Protocols(
            StudyStore studies,
            Sites sites,
            Models models,
            ModelAudience audience,
            Wakeups wakeups,
            Zoo zoo,
            Clock clock,
            Audit audit) {
        this.studies = studies;
        this.sites = sites;
        this.models = models;
        this.audience = audience;
        this.wakeups = wakeups;
        this.zoo = zoo;
        this.clock = clock;
        this.audit = audit;
    }

    /** For the container's proxy. */
    Protocols() {
        this(null, null, null, null, null, null, null, null);
    }

    /** Begins a study with the first version of its protocol, which is being written. */
    @Transactional
    public void draft(StudyProtocol written, String author) {
        StudyProtocol protocol = checked(written);
        if (!studies.add(Study.drafted(protocol, author, now()))) {
            throw Refusal.of(
                    409,
                    "study-exists",
                    "There is already a study '" + protocol.study() + "'.",
                    "Choose another id, or amend that study.");
        }
        audit.append(moved(AuditEvent.ProtocolStep.DRAFTED, protocol.study(), protocol.version(), protocol.digest()));
    }

    /** Replaces the text of the version that is being written. */
    @Transactional
    public void edit(StudyId id, StudyProtocol protocol, String author) {
        changed(AuditEvent.ProtocolStep.EDITED, id, study -> {
            checkSame(id, protocol);
            return study.edited(checked(protocol), author);
        });
    }

    /** Begins a further version. */
    @Transactional
    public void amend(StudyId id, StudyProtocol protocol, String author) {
        changed(AuditEvent.ProtocolStep.AMENDED, id, study -> {
            checkSame(id, protocol);
            return study.amended(checked(protocol), author, now());
        });
    }

    /** Lays the version that is being written before the participants' stewards; from now on it does not change. */
    @Transactional
    public void propose(StudyId id) {
        changed(AuditEvent.ProtocolStep.PROPOSED, id, study -> study.proposed(now()));
    }

    /** Takes back the amendment that is not in force yet; the study goes on as before. */
    @Transactional
    public void retract(StudyId id) {
        Study study = locked(id);
        studies.save(study.withoutAmendment(), now());
        wakeups.study(id);
        audit.append(moved(AuditEvent.ProtocolStep.WITHDRAWN, study.newest()));
    }

    /** Gives a study up before it starts. */
    @Transactional
    public void withdraw(StudyId id, String reason) {
        Study study = locked(id).withdrawn(reason, now());
        studies.save(study, now());
        wakeups.study(id);
        audit.append(new AuditEvent.StudyMoved(
                AuditEvent.StudyStep.WITHDRAWN, id, study.current().number(), Optional.of(reason)));
    }

    /**
     * Makes out the statement that a steward signs by the next log-in.
     *
     * @param signer the steward, by the token's subject
     * @throws Refusal if that version is not open for this site's signature
     */
    @Transactional
    public SigningStatement ask(
            StudyId id,
            int version,
            SiteId site,
            SigningStatement.Decision decision,
            Optional<String> reason,
            String signer) {
        ProtocolVersion wanted = version(id, version);
        SigningStatement statement = Requested.statement(wanted, site, decision, reason, signer, now());
        wanted.requireSignable(statement);
        studies.forgetAskedBefore(now().minus(PATIENCE));
        studies.ask(statement);
        return statement;
    }

    /**
     * Takes the signature that a log-in has made.
     *
     * @param id the study that the request names
     * @param version the version that the request names
     * @param site the caller's
     * @param signer the caller
     * @param logIn what the ID token says
     * @param evidence the ID token
     */
    @Transactional
    public Signature sign(StudyId id, int version, SiteId site, String signer, LogIn logIn, String evidence) {
        Study study = locked(id);
        SigningStatement statement = studies.asked(logIn.nonce()).orElseThrow(() -> Requested.none(logIn));
        Requested.check(statement, id, version, site, signer, logIn, studies.lastLogIn(signer), now());
        Signature signature = new Signature(statement, logIn.name(), logIn.at(), now(), evidence, logIn.key());
        Study signed = study.signed(signature, now());
        studies.save(signed, now());
        studies.forget(statement);
        wakeups.study(id);
        List<AuditEvent> events = new ArrayList<>(List.of(signing(statement, signature)));
        if (signed.newest().state() == VersionState.APPROVED && study.newest().state() != VersionState.APPROVED) {
            events.add(moved(AuditEvent.ProtocolStep.APPROVED, signed.newest()));
        }
        audit.append(events.toArray(AuditEvent[]::new));
        return signature;
    }

    /** Returns a version of a study's protocol. */
    @Transactional
    public ProtocolVersion version(StudyId id, int version) {
        return studies.versions(known(id).id()).stream()
                .filter(one -> one.number() == version)
                .findFirst()
                .orElseThrow(() -> unknown(id, version));
    }

    /** Returns the protocol of that digest, if the site was ever asked to sign it. */
    @Transactional
    public StudyProtocol protocol(Sha256 digest, SiteId site) {
        return studies.protocol(digest, site)
                .orElseThrow(() -> Refusal.of(
                        404,
                        "protocol-unknown",
                        "There is no protocol with SHA-256 " + digest + " that site " + site + " was asked to sign.",
                        "Ask for the digest that an offer names."));
    }

    private void changed(AuditEvent.ProtocolStep step, StudyId id, UnaryOperator<Study> change) {
        Study study = change.apply(locked(id));
        studies.save(study, now());
        wakeups.study(id);
        audit.append(moved(step, study.newest()));
    }

    private static AuditEvent moved(AuditEvent.ProtocolStep step, ProtocolVersion version) {
        return moved(
                step,
                version.protocol().study(),
                version.number(),
                version.protocol().digest());
    }

    private static AuditEvent moved(AuditEvent.ProtocolStep step, StudyId study, int version, Sha256 digest) {
        return new AuditEvent.ProtocolMoved(step, study, version, digest);
    }

    private static AuditEvent signing(SigningStatement statement, Signature signature) {
        return new AuditEvent.ProtocolSigned(
                statement.decision() == SigningStatement.Decision.APPROVE,
                statement.study(),
                statement.version(),
                statement.protocol(),
                statement.site(),
                statement.signer(),
                signature.name(),
                statement.meaning(),
                statement.reason(),
                signature.authenticatedAt(),
                Sha256.of(signature.evidence().getBytes(StandardCharsets.UTF_8)),
                Sha256.of(signature.evidenceKey().getBytes(StandardCharsets.UTF_8)));
    }

    private Study locked(StudyId id) {
        return studies.lock(id).orElseThrow(() -> StudyProblems.unknown(id.value()));
    }

    private Study known(StudyId id) {
        return studies.find(id).orElseThrow(() -> StudyProblems.unknown(id.value()));
    }

    private static void checkSame(StudyId id, StudyProtocol protocol) {
        if (!protocol.study().equals(id)) {
            throw invalid("'study' is " + protocol.study() + ", the address names " + id);
        }
    }

    /** Returns the protocol with all settings of its method, those that were left out with their defaults. */
    private StudyProtocol checked(StudyProtocol written) {
        StudyProtocol protocol = written.with(method(written));
        check(protocol);
        return protocol;
    }

    private MethodSettings method(StudyProtocol written) {
        Strategy method;
        try {
            method = Strategies.of(written.method());
        } catch (IllegalArgumentException e) {
            throw invalid("'strategy': " + e.getMessage());
        }
        if (method.gate().isPresent() && !written.privacy().impressions()) {
            throw invalid("strategy " + method.name() + " sends synthesised images to the sites, which 'impressions' of"
                    + " 'privacy' does not allow: set it to true, or choose a strategy without them");
        }
        String init = method.settings().get("init");
        if (method.gate().isPresent() && !zoo.canStart(init, written.architecture())) {
            throw invalid("'init' of strategy " + method.name() + " is " + init
                    + ", and this server has no such images for " + written.architecture() + ": use noise");
        }
        return new MethodSettings(method.name(), method.settings());
    }

    private void check(StudyProtocol protocol) {
        StoredVector model = models.find(protocol.initialModel())
                .orElseThrow(() -> invalid("'initialModel' names the parameters " + protocol.initialModel()
                        + ", which are not there; send them first with POST /api/v1/models"));
        if (!model.architecture().equals(protocol.architecture())) {
            throw invalid("'initialModel' names parameters of architecture " + model.architecture()
                    + ", 'architecture' is " + protocol.architecture());
        }
        if (audience.isOnlyUpdate(protocol.initialModel())) {
            throw invalid("'initialModel' names one hospital's update, "
                    + protocol.initialModel().brief() + ", which belongs to nobody else");
        }
        int labels = protocol.data().labels().size();
        OptionalInt classes = protocol.architecture().classes();
        if (classes.isPresent() && classes.getAsInt() != labels) {
            throw invalid(
                    "'labels' names " + labels + " classes, " + protocol.architecture() + " has " + classes.getAsInt());
        }
        // What is kept must be what is signed, whatever the numbers are.
        if (!ProtocolJson.protocol(Requests.json(ProtocolJson.toJson(protocol).toString()))
                .digest()
                .equals(protocol.digest())) {
            throw invalid("the protocol has a number that JSON does not carry exactly");
        }
        Set<SiteId> known = sites.all().stream()
                .filter(site -> site.status() != SiteStatus.REVOKED)
                .map(Site::id)
                .collect(Collectors.toSet());
        List<SiteId> strangers = protocol.participants().stream()
                .filter(site -> !known.contains(site))
                .toList();
        if (!strangers.isEmpty()) {
            throw invalid("'participants' names sites that are not there: " + strangers + "; invite them first");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static Refusal unknown(StudyId id, int version) {
        return Refusal.of(
                404,
                "version-unknown",
                "The protocol of study " + id + " has no version " + version + ".",
                "GET /api/v1/studies/" + id + " lists those that exist.");
    }

    private static Refusal invalid(String detail) {
        return Refusal.of(422, "protocol-invalid", detail + ".", "Correct it and send the request again.");
    }
}
