package org.consilium.site.poll;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import jakarta.ws.rs.core.Response;
import java.io.StringReader;
import java.util.function.Function;
import org.consilium.contract.Messages;
import org.consilium.contract.Parameters;
import org.consilium.contract.Problem;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.WorkOffer;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.training.Answer;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** The consortium server as the poller sees it: values instead of HTTP, refusals as {@link ProblemException}. */
@ApplicationScoped
class Consortium {

    /** Sent with each poll. */
    static final String VERSION = "0.1.0";

    private static final int WAIT_SECONDS = 25;

    private ConsortiumApi api;
    private SiteTokens tokens;

    /** For the container's proxy. */
    Consortium() {}

    @Inject
    Consortium(@RestClient ConsortiumApi api, SiteTokens tokens) {
        this.api = api;
        this.tokens = tokens;
    }

    /** Returns the next work, or {@link WorkOffer.Wait} after at most 25 s. */
    WorkOffer next() {
        return call(
                bearer -> api.next(bearer, VERSION, WAIT_SECONDS),
                response -> response.getStatus() == 204
                        ? new WorkOffer.Wait()
                        : Messages.offer(Responses.object(response.readEntity(String.class))));
    }

    /**
     * Fetches a model.
     *
     * @throws org.consilium.contract.InvalidParametersException if its bytes were damaged on the way
     * @throws ProblemException if the server sends another model than asked for
     */
    Parameters model(Sha256 digest) {
        Parameters model = call(
                bearer -> api.model(bearer, digest.hex()),
                response -> Parameters.decode(response.readEntity(byte[].class)));
        if (!model.digest().equals(digest)) {
            throw new ProblemException(new Problem(
                    "model-differs",
                    502,
                    "The server sent another model",
                    "The model " + digest + " was asked for, " + model.digest() + " came.",
                    "The node asks again by itself; tell the consortium's administrator if this stays."));
        }
        return model;
    }

    /** Sends an answer; sending it again is harmless. */
    void send(WorkOffer.Train offer, Answer answer) {
        if (answer instanceof Answer.Update update) {
            call(
                    bearer -> api.update(
                            bearer,
                            Messages.toJson(update.metrics()).toString(),
                            offer.study().value(),
                            offer.round().value(),
                            update.parameters().encode()),
                    Response::getStatus);
        } else if (answer instanceof Answer.Refusal refusal) {
            refuse(offer.study(), offer.round(), refusal);
        }
    }

    /** Sends an answer; sending it again is harmless. */
    void send(WorkOffer.Evaluate offer, Answer answer) {
        if (answer instanceof Answer.Evaluation evaluation) {
            call(
                    bearer -> api.evaluation(
                            bearer,
                            offer.study().value(),
                            offer.round().value(),
                            offer.split().label(),
                            Messages.toJson(evaluation.scores()).toString()),
                    Response::getStatus);
        } else if (answer instanceof Answer.Refusal refusal) {
            refuse(offer.study(), offer.round(), refusal);
        }
    }

    private void refuse(StudyId study, RoundNumber round, Answer.Refusal refusal) {
        String body = Json.createObjectBuilder()
                .add("code", refusal.code())
                .add("reason", refusal.reason())
                .build()
                .toString();
        call(bearer -> api.refusal(bearer, study.value(), round.value(), body), Response::getStatus);
    }

    private <T> T call(Function<String, Response> request, Function<Response, T> reader) {
        try (Response response = request.apply(tokens.bearer())) {
            if (response.getStatus() == 401) {
                tokens.forget();
            }
            if (response.getStatus() >= 400) {
                throw new ProblemException(problem(response.getStatus(), response.readEntity(String.class)));
            }
            return reader.apply(response);
        }
    }

    private static Problem problem(int status, String body) {
        try (JsonReader reader = Json.createReader(new StringReader(body == null ? "" : body))) {
            return Problem.fromJson(reader.readObject(), status);
        } catch (JsonException | IllegalStateException e) {
            return new Problem(
                    "consortium-failed",
                    status,
                    "The consortium server refused",
                    "The consortium server answers HTTP status " + status + " without saying why.",
                    "The node tries again by itself; tell the consortium's administrator if this stays.");
        }
    }
}
