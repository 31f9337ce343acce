package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.consilium.contract.NodeVersion;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Settings;
import org.eclipse.microprofile.config.Config;

/** Which nodes this server understands: asked at the enrolment and at each poll. */
@ApplicationScoped
public class NodeVersions {

    private static final String SETTING = "consilium.node.least.version";

    private final NodeVersion least;

    /** @param config may have {@code consilium.node.least.version}; otherwise it is this server's own version */
    @Inject
    public NodeVersions(Config config) {
        String text = new Settings(config).text(SETTING, NodeVersion.CURRENT.toString());
        try {
            least = NodeVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("setting " + SETTING + ": " + e.getMessage(), e);
        }
    }

    /** For the container's proxy. */
    NodeVersions() {
        least = null;
    }

    /**
     * Lets a node of that version pass.
     *
     * @param said what the node says of itself, null if nothing
     * @throws Refusal if it is too old, or says no version at all
     */
    public void require(String said) {
        if (said == null || !isNewEnough(said)) {
            throw Refusal.of(
                    403,
                    "node-too-old",
                    "This node says "
                            + (said == null
                                    ? "no version"
                                    : "version '" + said.substring(0, Math.min(said.length(), 80)) + "'")
                            + "; this consortium takes nodes from " + least + " on.",
                    "Install site-node.war " + least + " or newer and start the node again; its images, key and"
                            + " database stay.");
        }
    }

    private boolean isNewEnough(String said) {
        try {
            return NodeVersion.parse(said).compareTo(least) >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
