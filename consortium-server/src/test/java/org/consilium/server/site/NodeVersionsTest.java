package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.consilium.server.platform.MapConfig;
import org.consilium.server.platform.Refusal;
import org.junit.jupiter.api.Test;

class NodeVersionsTest {

    @Test
    void an_old_node_reads_what_to_install() {
        NodeVersions versions = new NodeVersions(new MapConfig(Map.of("consilium.node.least.version", "0.3.1")));
        for (String said : new String[] {"0.3.0", "0.1.0-SNAPSHOT", "nonsense", "", "x".repeat(5_000), null}) {
            assertThatThrownBy(() -> versions.require(said)).isInstanceOfSatisfying(Refusal.class, refusal -> {
                assertThat(refusal.problem().code()).isEqualTo("node-too-old");
                assertThat(refusal.problem().status()).isEqualTo(403);
                assertThat(refusal.problem().action()).contains("Install site-node.war 0.3.1 or newer");
                assertThat(refusal.problem().detail()).hasSizeLessThan(250);
            });
        }
        assertThatCode(() -> versions.require("0.3.1")).doesNotThrowAnyException();
        assertThatCode(() -> versions.require("1.0.0")).doesNotThrowAnyException();
    }

    @Test
    void without_a_setting_it_is_the_servers_own_version() {
        NodeVersions versions = new NodeVersions(new MapConfig(Map.of()));
        assertThatCode(() -> versions.require("0.1.0")).doesNotThrowAnyException();
        assertThatThrownBy(() -> versions.require("0.0.9")).hasMessageContaining("from 0.1.0 on");
        assertThatThrownBy(() -> new NodeVersions(new MapConfig(Map.of("consilium.node.least.version", "new"))))
                .hasMessageContaining("consilium.node.least.version")
                .hasMessageContaining("'new'");
    }
}
