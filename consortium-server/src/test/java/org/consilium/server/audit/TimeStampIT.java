package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.server.audit.TimeStampAnswer.Stamped;
import org.consilium.server.platform.KeysForTests;
import org.consilium.server.platform.LibertyForTests;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The packaged application on a real Open Liberty asks an authority over https, by the settings that an operator makes. */
@ExtendWith(ArquillianExtension.class)
class TimeStampIT {

    @Inject
    TimeStampClient client;

    @Deployment
    static WebArchive application() {
        Path root = Path.of("target", "time-stamp-root.pem").toAbsolutePath();
        // It lives as long as this test run, like the server.
        URI authority = TimeStampAuthorityForTests.granting(KeysForTests.context(), root)
                .address();
        return LibertyForTests.application(TimeStampIT.class)
                .addAsResource(
                        new StringAsset(TimeStampSettings.URL + "=" + authority + "\n" + TimeStampSettings.CA + "="
                                + root + "\n"),
                        "META-INF/microprofile-config.properties");
    }

    @Test
    void a_checkpoint_is_stamped_within_the_server() {
        assertThat(client.isOn()).isTrue();
        TimeStampAnswer answer = client.ask(new Checkpoint(
                "consortium.example",
                7,
                Sha256.of(new byte[] {7}),
                Instant.now().truncatedTo(ChronoUnit.SECONDS)));
        assertThat(answer).isInstanceOf(Stamped.class);
    }
}
