package org.consilium.site.poll;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Enrolment;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.Impressions;
import org.consilium.contract.KeyRotation;
import org.consilium.contract.Messages;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.Parameters;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.audit.UpdateHeaders;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.site.audit.ConsortiumLog;
import org.consilium.site.platform.OutboundListing;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.training.Answer;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * The consortium server as the node sees it: values instead of HTTP, refusals as {@link ProblemException}. Models
 * and impressions are fetched by one thread only; everything else may be called by several.
 */
@ApplicationScoped
class Consortium implements ConsortiumLog {

    /** Sent with each poll and each sign of life. */
    static final String VERSION = NodeVersion.CURRENT.toString();

    private static final int WAIT_SECONDS = 25;
    private static final int LONGEST_NAME = 500;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private ConsortiumApi api;
    private SiteTokens tokens;
    private Download download;

    /** For the container's proxy. */
    Consortium() {}

    @Inject
    Consortium(@RestClient ConsortiumApi api, SiteTokens tokens) {
        this.api = api;
        this.tokens = tokens;
    }

    /**
     * Asks to be let in.
     *
     * @param signer signs claims with the site's key
     * @return how the request stands
     * @throws ProblemException if the server refuses it or cannot be reached
     */
    JsonObject enrol(Enrolment enrolment, Function<JsonObject, String> signer) {
        String body = enrolment.toJson(signer).toString();
        try (Response response = OutboundListing.sent(() -> api.enrol(body))) {
            return read(response, answer -> Responses.object(Responses.answer(answer)));
        } catch (ProcessingException e) {
            throw new ProblemException(
                    new Problem(
                            "consortium-unreachable",
                            502,
                            "The consortium server cannot be reached",
                            "The consortium server, consilium.server.url, does not answer: " + e.getMessage() + ".",
                            "Check that address in bootstrap.properties and that the firewall lets HTTPS out to it, and"
                                    + " try again."),
                    e);
        }
    }

    /** Returns the next work, or {@link WorkOffer.Wait} after at most 25 s. */
    WorkOffer next() {
        return call(bearer -> api.next(bearer, VERSION, WAIT_SECONDS), Consortium::offer);
    }

    private static WorkOffer offer(Response response) {
        if (response.getStatus() == 204) {
            return new WorkOffer.Wait();
        }
        try {
            return Messages.offer(Responses.object(Responses.answer(response)));
        } catch (ProblemException | IllegalArgumentException e) {
            String why = e instanceof ProblemException body ? body.problem().detail() : e.getMessage() + ".";
            throw new ProblemException(
                    new Problem(
                            "offer-unreadable",
                            502,
                            "The consortium server's answer is not understood",
                            "The consortium server's answer is no offer that this node understands: " + why,
                            "Check consilium.server.url, and that both sides have the same Consilium version."),
                    e);
        }
    }

    /**
     * Fetches a model. What arrived before a connection broke is kept, and the next call asks for the rest.
     *
     * @param digest of its numbers alone
     * @param architecture the network that they must be of
     * @throws org.consilium.contract.InvalidParametersException if its bytes were damaged on the way
     * @throws ProblemException if only a part came, or the server sends another model than asked for
     */
    Parameters model(Sha256 digest, ArchitectureId architecture) {
        Parameters model = Parameters.decode(whole(
                "model", digest, (bearer, range, condition) -> api.model(bearer, range, condition, digest.hex())));
        if (!model.digest().equals(digest) || !model.architecture().equals(architecture)) {
            throw new ProblemException(new Problem(
                    "model-differs",
                    502,
                    "The server sent another model",
                    "The model " + digest + " of " + architecture + " was asked for, " + model.digest() + " of "
                            + model.architecture() + " came.",
                    "The node asks again by itself; tell the consortium's administrator if this stays."));
        }
        return model;
    }

    /**
     * Fetches impressions; what arrived before a connection broke is kept as well. Whether they are what was asked for, the
     * caller sees.
     *
     * @throws org.consilium.contract.InvalidImpressionsException if they are not what their header says
     * @throws ProblemException if only a part came
     */
    Impressions impressions(Sha256 digest) {
        return Impressions.decode(whole(
                "impressions",
                digest,
                (bearer, range, condition) -> api.impressions(bearer, range, condition, digest.hex())));
    }

    @FunctionalInterface
    private interface Fetch {
        Response of(String bearer, String range, String condition);
    }

    private byte[] whole(String what, Sha256 digest, Fetch fetch) {
        if (download == null || !download.isOf(what, digest)) {
            download = new Download(what, digest);
        }
        Download current = download;
        byte[] bytes;
        try {
            bytes = call(bearer -> fetch.of(bearer, current.range(), current.condition()), current::read);
        } catch (ProblemException e) {
            if (e.problem().status() == RANGE_NOT_SATISFIABLE) {
                download = null;
            }
            throw e;
        }
        download = null;
        return bytes;
    }

    /**
     * Fetches a study protocol; whether it is the one that was asked for, the caller sees by its digest.
     *
     * @throws ProblemException if the server has none, or sends something else
     */
    StudyProtocol protocol(Sha256 digest) {
        return call(bearer -> api.protocol(bearer, digest.hex()), Consortium::protocol);
    }

    private static StudyProtocol protocol(Response response) {
        try {
            return ProtocolJson.protocol(Responses.object(Responses.answer(response)));
        } catch (ProblemException | IllegalArgumentException e) {
            throw new ProblemException(
                    new Problem(
                            "protocol-unreadable",
                            502,
                            "The consortium server's protocol is not understood",
                            "The consortium server's answer is no protocol that this node understands: "
                                    + e.getMessage(),
                            "Check that both sides have the same Consilium version."),
                    e);
        }
    }

    /**
     * Sends an answer; sending it again is harmless.
     *
     * @param record the site's own record of it, which an update names
     * @throws ProblemException if the server refuses it
     * @throws jakarta.ws.rs.ProcessingException if the server cannot be reached
     */
    void send(WorkOffer.Task offer, Answer answer, Optional<AuditRecord.Peer> record) {
        if (offer instanceof WorkOffer.Train train && answer instanceof Answer.Update update) {
            call(
                    bearer -> api.update(
                            bearer,
                            train.protocol().hex(),
                            Messages.toJson(update.metrics()).toString(),
                            UpdateHeaders.record(record.orElseThrow()),
                            update.dataset().hex(),
                            train.study().value(),
                            train.round().value(),
                            update.parameters().encode()),
                    Response::getStatus);
        } else if (offer instanceof WorkOffer.Evaluate evaluate && answer instanceof Answer.Evaluation evaluation) {
            call(
                    bearer -> api.evaluation(
                            bearer,
                            evaluate.protocol().hex(),
                            evaluate.study().value(),
                            evaluate.round().value(),
                            evaluate.split().label(),
                            Messages.toJson(evaluation.scores()).toString()),
                    Response::getStatus);
        } else if (offer instanceof WorkOffer.Describe describe && answer instanceof Answer.Statistics statistics) {
            call(
                    bearer -> api.statistics(
                            bearer,
                            describe.protocol().hex(),
                            describe.study().value(),
                            describe.round().value(),
                            statistics.encode()),
                    Response::getStatus);
        } else if (offer instanceof WorkOffer.Judge judge && answer instanceof Answer.Judgement judgement) {
            call(
                    bearer -> api.verdict(
                            bearer,
                            judge.protocol().hex(),
                            judge.study().value(),
                            judge.round().value(),
                            Messages.toJson(judgement.verdict()).toString()),
                    Response::getStatus);
        } else if (answer instanceof Answer.Refusal refusal) {
            refuse(offer, refusal);
        } else {
            throw new IllegalArgumentException(answer + " is no answer to " + offer);
        }
    }

    /**
     * Gives a sign of life.
     *
     * @throws ProblemException if the server refuses it
     * @throws jakarta.ws.rs.ProcessingException if the server cannot be reached
     */
    void beat(Heartbeat heartbeat) {
        String body = Messages.toJson(heartbeat).toString();
        call(bearer -> api.heartbeat(bearer, VERSION, body), Response::getStatus);
    }

    /**
     * Sends one step of the change to a new key.
     *
     * @param json as it is sent
     * @throws ProblemException if the server refuses it
     * @throws jakarta.ws.rs.ProcessingException if the server cannot be reached
     */
    void rotate(KeyRotation.Step step, JsonObject json) {
        String body = json.toString();
        call(
                bearer -> switch (step) {
                    case OFFER -> api.offerKey(bearer, body);
                    case CONFIRMATION -> api.confirmKey(bearer, body);
                    case WITHDRAWAL -> api.withdrawKey(bearer, body);
                },
                Response::getStatus);
    }

    @Override
    public NoteKey auditKey() {
        return call(api::auditKey, response -> understood(response, text -> NoteKey.fromText(named(text.strip()))));
    }

    @Override
    public Optional<SignedCheckpoint> latestCheckpoint() {
        return unless(
                "checkpoint-unknown",
                () -> call(
                        api::latestCheckpoint,
                        response -> understood(response, text -> SignedCheckpoint.fromNote(named(text)))));
    }

    @Override
    public Optional<List<byte[]>> consistency(long first, long second) {
        return unless(
                "proof-unknown",
                () -> call(
                        bearer -> api.consistency(bearer, first, second),
                        response -> understood(response, Consortium::hashes)));
    }

    @Override
    public void witness(long size, NoteSignature signature) {
        call(bearer -> api.witness(bearer, size, signature.line()), Response::getStatus);
    }

    private static List<byte[]> hashes(String body) {
        return Responses.object(body).getJsonArray("hashes").getValuesAs(JsonString.class).stream()
                .map(hash -> new Sha256(hash.getString()).bytes())
                .toList();
    }

    /** The first line is the log's name, which comes into records. */
    private static String named(String text) {
        if (text.lines()
                .findFirst()
                .filter(name -> name.length() <= LONGEST_NAME)
                .isEmpty()) {
            throw new IllegalArgumentException("its first line has more than " + LONGEST_NAME + " characters, or none");
        }
        return text;
    }

    private static <T> T understood(Response response, Function<String, T> reader) {
        try {
            return reader.apply(Responses.answer(response));
        } catch (ProcessingException e) {
            throw e;
        } catch (RuntimeException e) {
            // Readers refuse in several ways what is no key, note or proof.
            throw new ProblemException(
                    new Problem(
                            "audit-log-unreadable",
                            502,
                            "The consortium's audit log is not understood",
                            "The consortium server's answer about its audit log is not understood: "
                                    + NodeThread.text(e),
                            "The node asks again by itself; check consilium.server.url, and that both sides have the same"
                                    + " Consilium version."),
                    e);
        }
    }

    /** What the server itself says it has not is not there; every other refusal is one. */
    private static <T> Optional<T> unless(String code, Supplier<T> answer) {
        try {
            return Optional.of(answer.get());
        } catch (ProblemException e) {
            if (e.problem().code().equals(code)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void refuse(WorkOffer.Task offer, Answer.Refusal refusal) {
        // In a round there may be several kinds of work at once, and one that is refused ends none of the others.
        String body = Json.createObjectBuilder()
                .add("task", task(offer))
                .add("code", refusal.code())
                .add("reason", refusal.reason())
                .build()
                .toString();
        call(
                bearer -> api.refusal(
                        bearer,
                        offer.protocol().hex(),
                        offer.study().value(),
                        offer.round().value(),
                        body),
                Response::getStatus);
    }

    private static String task(WorkOffer.Task offer) {
        if (offer instanceof WorkOffer.Describe) {
            return "describe";
        }
        if (offer instanceof WorkOffer.Judge) {
            return "judge";
        }
        return offer instanceof WorkOffer.Evaluate ? "evaluate" : "train";
    }

    private <T> T call(Function<String, Response> request, Function<Response, T> reader) {
        String bearer = tokens.bearer();
        try (Response response = sent(request, bearer)) {
            if (response.getStatus() == FORBIDDEN) {
                // The site's role may have been assigned after this token was made: the next attempt gets another.
                tokens.forget(bearer);
            }
            if (response.getStatus() != UNAUTHORIZED) {
                return read(response, reader);
            }
        }
        // The token expired on its way, or was revoked while the site was suspended: a new one settles both.
        tokens.forget(bearer);
        String fresh = tokens.bearer();
        try (Response response = sent(request, fresh)) {
            if (response.getStatus() == UNAUTHORIZED) {
                tokens.forget(fresh);
            }
            return read(response, reader);
        }
    }

    private static Response sent(Function<String, Response> request, String bearer) {
        return OutboundListing.sent(() -> request.apply(bearer));
    }

    private static <T> T read(Response response, Function<Response, T> reader) {
        // A redirection as well: some machine in between answered, not the consortium.
        if (response.getStatus() >= 300) {
            throw new ProblemException(problem(response.getStatus(), Responses.answer(response)));
        }
        return reader.apply(response);
    }

    private static Problem problem(int status, String body) {
        try (JsonReader reader = Json.createReader(new StringReader(body == null ? "" : body))) {
            return Problem.fromJson(reader.readObject(), status);
        } catch (JsonException | IllegalStateException | IllegalArgumentException e) {
            return new Problem(
                    "consortium-failed",
                    status < 400 ? 502 : status,
                    "The consortium server refused",
                    "The consortium server answers HTTP status " + status + " without saying why.",
                    "The node tries again by itself; tell the consortium's administrator if this stays.");
        }
    }
}
