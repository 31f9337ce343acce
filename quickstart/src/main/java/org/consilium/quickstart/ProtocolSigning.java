package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.Steward;

/**
 * A study's way to its first round as people go it: drafted, proposed, allowed at each hospital's own node and signed by its
 * steward, started.
 */
final class ProtocolSigning {

    private final Platform platform;
    private final Api coordinator;

    /**
     * @param platform whose hospitals have stewards
     * @param coordinator the consortium server, as a coordinator
     */
    ProtocolSigning(Platform platform, Api coordinator) {
        this.platform = platform;
        this.coordinator = coordinator;
    }

    /** Has a study drafted, proposed, signed by all and started, and says so. */
    void start(StudyProtocol protocol, Screen screen) {
        coordinator.post("/studies", ProtocolJson.toJson(protocol));
        String study = "/studies/" + protocol.study();
        JsonObject proposed = coordinator.post(study + "/protocols/proposal", JsonObject.EMPTY_JSON_OBJECT);
        screen.say("Protocol " + protocol.study() + ", SHA-256 "
                + protocol.digest().brief() + ", proposed to "
                + Text.counted(protocol.participants().size(), "hospital") + ".");
        signAll(proposed);
        screen.say("Allowed at each hospital's node and signed by its steward, each by a log-in of its own.");
        coordinator.post(study + "/start", JsonObject.EMPTY_JSON_OBJECT);
    }

    /** Has every participant's steward sign the newest version of a study, as the server has just shown it. */
    void signAll(JsonObject study) {
        JsonObject newest = Messages.array(study, "versions").getValuesAs(JsonObject.class).stream()
                .reduce((one, later) -> later)
                .orElseThrow();
        StudyProtocol protocol = ProtocolJson.protocol(Messages.object(newest, "protocol"));
        protocol.participants()
                .forEach(site -> sign(
                        site,
                        protocol.study(),
                        protocol.version(),
                        SigningStatement.Decision.APPROVE,
                        JsonObject.NULL));
    }

    /**
     * Has a steward sign.
     *
     * @param reason a text where the steward declines, otherwise null
     * @return the signature as the server keeps it
     */
    JsonObject sign(
            SiteId site,
            StudyId study,
            int version,
            SigningStatement.Decision decision,
            jakarta.json.JsonValue reason) {
        Steward steward = platform.steward(site);
        Api server = server(steward);
        if (decision == SigningStatement.Decision.APPROVE) {
            allow(steward, study, version);
        }
        String path = "/studies/" + study + "/protocols/" + version;
        JsonObject statement = server.post(
                path + "/statement",
                Json.createObjectBuilder()
                        .add("decision", decision.name())
                        .add("reason", reason)
                        .build());
        return server.post(
                path + "/signatures",
                Json.createObjectBuilder()
                        .add("idToken", steward.idToken(Messages.text(statement, "nonce")))
                        .build());
    }

    /**
     * Has the steward allow a version at the hospital's own node, by the digest that is computed here, not by the one that
     * the server names; a site without a node of its own has no policy.
     */
    private void allow(Steward steward, StudyId study, int version) {
        platform.nodeOf(steward.site()).ifPresent(node -> {
            JsonObject shown = server(steward).get("/studies/" + study + "/protocols/" + version);
            StudyProtocol protocol = ProtocolJson.protocol(Messages.object(shown, "protocol"));
            Api api = new Api(steward.site().value(), platform.httpClient(), node, steward::token);
            api.put("/policy/protocols/" + protocol.digest(), JsonObject.EMPTY_JSON_OBJECT);
            if (protocol.privacy().impressions()) {
                takeImpressions(api);
            }
        });
    }

    /** Has a node judge impressions and train on them, which none does unless its steward says so. */
    private static void takeImpressions(Api node) {
        JsonObject policy = Json.createObjectBuilder(node.get("/policy"))
                .remove("writtenBy")
                .remove("writtenAt")
                .add("impressions", true)
                .build();
        node.put("/policy", policy);
    }

    /** Returns the consortium server, as that steward. */
    Api server(Steward steward) {
        return new Api("the consortium server", platform.httpClient(), platform.serverUrl(), steward::token);
    }
}
