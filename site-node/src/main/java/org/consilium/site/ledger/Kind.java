package org.consilium.site.ledger;

import java.util.Arrays;
import java.util.regex.Pattern;

/** What a request is for, told by its method and address. */
enum Kind {
    ENROLMENT("enrolment", "POST", "enrolments"),
    POLL("poll", "GET", "offers/next"),
    HEARTBEAT("heartbeat", "PUT", "sites/self/heartbeat"),
    KEY_ROTATION("key-rotation", "PUT", "sites/self/keys/(next|current|next/withdrawal)"),
    PROTOCOL_REQUEST("protocol-request", "GET", "protocols/[^/]+"),
    MODEL_REQUEST("model-request", "GET", "models/[^/]+"),
    IMPRESSIONS_REQUEST("impressions-request", "GET", "impressions/[^/]+"),
    UPDATE("update", "PUT", "studies/[^/]+/rounds/[^/]+/update"),
    EVALUATION("evaluation", "PUT", "studies/[^/]+/rounds/[^/]+/evaluation"),
    STATISTICS("statistics", "PUT", "studies/[^/]+/rounds/[^/]+/statistics"),
    VERDICT("verdict", "PUT", "studies/[^/]+/rounds/[^/]+/verdict"),
    REFUSAL("refusal", "PUT", "studies/[^/]+/rounds/[^/]+/refusal"),
    AUDIT_KEY("audit-key", "GET", "audit/key"),
    CHECKPOINT_REQUEST("checkpoint-request", "GET", "audit/checkpoints/[^/]+"),
    CONSISTENCY_REQUEST("consistency-request", "GET", "audit/consistency"),
    CHECKPOINT_WITNESS("checkpoint-witness", "PUT", "audit/checkpoints/[^/]+/witness"),
    TOKEN("token", "POST", "token"),
    KEYS("keys", "GET", "certs"),
    PROBE("probe", "GET", "alive"),
    /** Whatever this list does not know yet: it is listed nevertheless. */
    OTHER("other", "", "");

    private final String label;
    private final String method;
    private final Pattern path;

    Kind(String label, String method, String end) {
        this.label = label;
        this.method = method;
        this.path = Pattern.compile(".*/" + end);
    }

    static Kind of(String method, String path) {
        return Arrays.stream(values())
                .filter(kind ->
                        kind.method.equals(method) && kind.path.matcher(path).matches())
                .findFirst()
                .orElse(OTHER);
    }

    /** Returns the kind as it is stored and shown. */
    String label() {
        return label;
    }
}
