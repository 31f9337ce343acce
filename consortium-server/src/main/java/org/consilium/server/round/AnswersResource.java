package org.consilium.server.round;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Head;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Messages;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Problem;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.audit.UpdateHeaders;
import org.consilium.server.globalmodel.Arrival;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.globalmodel.StoredVector;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Requests;
import org.consilium.server.study.Study;

/** What sites answer, over HTTP: updates, scores, refusals. */
@Path("studies/{study}/rounds/{round}")
@ApplicationScoped
@RolesAllowed(Caller.SITE_NODE)
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
public class AnswersResource {

    @Inject
    Rounds rounds;

    @Inject
    Models models;

    @Inject
    Zoo zoo;

    @Inject
    Caller caller;

    @Inject
    RoundMetrics metrics;

    /** Takes an update: 201, or 200 where the same bytes are there already. */
    @PUT
    @Path("update")
    @Consumes(ParametersHeader.MEDIA_TYPE)
    public Response update(
            @PathParam("study") String study,
            @PathParam("round") String round,
            @HeaderParam("Consilium-Protocol") String protocol,
            @HeaderParam("Consilium-Training") String training,
            @HeaderParam(UpdateHeaders.RECORD) String siteRecord,
            @HeaderParam(UpdateHeaders.DATASET) String dataset,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) String length,
            InputStream body)
            throws IOException {
        StudyId id = study(study);
        RoundNumber number = round(round);
        SiteId site = caller.site();
        requireProtocol(id, protocol);
        if (training == null) {
            throw Refusal.of(
                    422,
                    "update-invalid",
                    "The header Consilium-Training is missing.",
                    "Send {\"examples\":..,\"loss\":..,\"seconds\":..,\"executor\":..} in it.");
        }
        TrainingMetrics trained = Requests.read(training, "update-invalid", Messages::metrics);
        Provenance provenance = Requests.value("update-invalid", 422, () -> Provenance.of(siteRecord, dataset));
        Arrival arrival = models.arrival(body, length == null ? -1 : Long.parseLong(length));
        Sha256 digest = arrival.header().payloadDigest();
        Rounds.Expected expected = rounds.expect(id, number, site, digest);
        StoredVector start = models.get(expected.study().protocol().initialModel());
        arrival.mustBe(start.architecture(), start.count());
        Optional<StoredVector> known = models.find(digest);
        if (known.isPresent()) {
            arrival.verify();
            return received(
                    rounds.submitKnown(
                            id, number, site, digest, arrival.header().totalBytes(), trained, provenance),
                    arrival);
        }
        Pending pending = arrival.store();
        boolean kept = false;
        try {
            boolean isNew = rounds.submit(id, number, site, pending, trained, provenance);
            kept = true;
            return received(isNew, arrival);
        } finally {
            if (!kept) {
                models.discard(pending);
            }
        }
    }

    /** Takes scores: 201, or 200 where the same are there already. */
    @PUT
    @Path("evaluation")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response evaluation(
            @PathParam("study") String study,
            @PathParam("round") String round,
            @HeaderParam("Consilium-Protocol") String protocol,
            @QueryParam("split") String split,
            InputStream body)
            throws IOException {
        requireProtocol(study(study), protocol);
        byte[] bytes = body.readAllBytes();
        Split of = Requests.value("evaluation-invalid", 422, () -> split(split));
        ClassificationScores scores = Requests.read(text(bytes), "evaluation-invalid", Messages::scores);
        return answer(rounds.submit(study(study), round(round), caller.site(), of, scores, bytes.length));
    }

    /** Takes what a site says of its images' features: 201, or 200 where the same bytes are there already. */
    @PUT
    @Path("statistics")
    @Consumes(ClassStatistics.MEDIA_TYPE)
    public Response statistics(
            @PathParam("study") String study,
            @PathParam("round") String round,
            @HeaderParam("Consilium-Protocol") String protocol,
            InputStream body)
            throws IOException {
        StudyId id = study(study);
        requireProtocol(id, protocol);
        Study described = rounds.participating(id, caller.site());
        Head head = Requests.value(
                "statistics-invalid", 422, () -> zoo.head(described.protocol().architecture()));
        // One byte more than the largest that can be right, so that a longer body is noticed without being read.
        byte[] bytes = body.readNBytes(ClassStatistics.length(Products.FULL, head.classes(), head.features()) + 1);
        ClassStatistics.Received sent = Requests.value("statistics-invalid", 422, () -> ClassStatistics.decode(bytes));
        return answer(rounds.submit(id, round(round), caller.site(), bytes, sent, head));
    }

    /** Takes a verdict on impressions: 201, or 200 where the same is there already. */
    @PUT
    @Path("verdict")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response verdict(
            @PathParam("study") String study,
            @PathParam("round") String round,
            @HeaderParam("Consilium-Protocol") String protocol,
            InputStream body)
            throws IOException {
        requireProtocol(study(study), protocol);
        rounds.participating(study(study), caller.site());
        byte[] bytes = body.readAllBytes();
        ImpressionVerdict verdict = Requests.read(text(bytes), "verdict-invalid", Messages::verdict);
        return answer(rounds.submit(study(study), round(round), caller.site(), verdict, bytes.length));
    }

    /**
     * Notes that a site will not or cannot do its part: 201, or 200 where that is known. The body's {@code task}, train,
     * describe, judge or evaluate, says what; without it, what the site is offered now is meant.
     */
    @PUT
    @Path("refusal")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response refusal(
            @PathParam("study") String study,
            @PathParam("round") String round,
            @HeaderParam("Consilium-Protocol") String protocol,
            InputStream body)
            throws IOException {
        requireProtocol(study(study), protocol);
        JsonObject json = Requests.json(text(body.readAllBytes()));
        String code = Requests.value("refusal-invalid", 422, () -> Messages.text(json, "code"));
        String reason = Requests.value("refusal-invalid", 422, () -> Messages.text(json, "reason"));
        Optional<Answers.Task> task = Requests.value("refusal-invalid", 422, () -> task(json));
        return answer(rounds.refuse(study(study), round(round), caller.site(), task, code, reason));
    }

    /** A node names the version that it has worked by; whoever names none is not asked. */
    private void requireProtocol(StudyId study, String protocol) {
        if (protocol != null) {
            rounds.requireProtocol(
                    study, caller.site(), Requests.value("protocol-invalid", 422, () -> new Sha256(protocol)));
        }
    }

    private static Optional<Answers.Task> task(JsonObject json) {
        if (!json.containsKey("task")) {
            return Optional.empty();
        }
        String task = Messages.text(json, "task");
        return switch (task) {
            case "train" -> Optional.of(Answers.Task.TRAIN);
            case "describe" -> Optional.of(Answers.Task.DESCRIBE);
            case "judge" -> Optional.of(Answers.Task.JUDGE);
            case "evaluate" -> Optional.of(Answers.Task.EVALUATE);
            default ->
                throw new IllegalArgumentException("'task' is '" + task + "': use train, describe, judge or evaluate");
        };
    }

    private static Split split(String label) {
        if (label == null) {
            throw new IllegalArgumentException("the query parameter split is missing: use val or test");
        }
        Split split = Split.of(label);
        if (split == Split.TRAIN) {
            throw new IllegalArgumentException("split 'train' is not scored: use val or test");
        }
        return split;
    }

    private Response received(boolean isNew, Arrival arrival) {
        if (isNew) {
            metrics.received(arrival.header().totalBytes());
        }
        return answer(isNew);
    }

    private static Response answer(boolean isNew) {
        return Response.status(isNew ? 201 : 200)
                .type(MediaType.APPLICATION_JSON)
                .entity("{\"accepted\":true,\"repeated\":" + !isNew + "}")
                .build();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static StudyId study(String text) {
        try {
            return new StudyId(text);
        } catch (IllegalArgumentException e) {
            throw StudyProblems.unknown(text);
        }
    }

    private static RoundNumber round(String text) {
        return Requests.value("round-unknown", 404, () -> new RoundNumber(number(text)));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("round '" + text + "' is not a number");
        }
    }
}
