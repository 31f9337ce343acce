package org.consilium.quickstart.audit.sample;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import java.util.Map;

/** Makes JSON; looked up once, because each look-up reads all of the class path. */
final class SampleJson {

    static final JsonBuilderFactory FACTORY = Json.createBuilderFactory(Map.of());

    private SampleJson() {}
}
