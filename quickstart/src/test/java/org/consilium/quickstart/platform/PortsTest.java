package org.consilium.quickstart.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

    @TempDir
    private Path folder;

    @Test
    void a_part_gets_the_port_of_the_last_start() {
        Path file = folder.resolve("ports.properties");
        Ports first = new Ports(file);
        int server = first.of("consortium-server");
        int management = first.of("keycloak management");

        Ports second = new Ports(file);
        assertThat(second.of("keycloak management")).isEqualTo(management).isBetween(10_000, 19_999);
        assertThat(second.of("consortium-server")).isEqualTo(server).isNotEqualTo(management);
    }

    @Test
    void a_damaged_file_costs_only_the_old_ports() throws IOException {
        Path file = Files.writeString(folder.resolve("ports.properties"), "consortium-server=management\n");
        assertThat(new Ports(file).of("consortium-server")).isBetween(10_000, 19_999);
    }

    @Test
    void a_part_whose_port_was_taken_meanwhile_gets_another() throws IOException {
        Path file = folder.resolve("ports.properties");
        int before = new Ports(file).of("consortium-server");
        try (ServerSocket other = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.getLocalPort()).isEqualTo(before);
            assertThat(new Ports(file).of("consortium-server")).isNotEqualTo(before);
        }
    }

    @Test
    void a_port_that_a_person_asked_for_is_refused_when_it_is_in_use() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports = new Ports(folder.resolve("ports.properties"));
            assertThatThrownBy(() -> ports.fixed("consortium-server", other.getLocalPort(), "--server-port"))
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("port " + other.getLocalPort() + " for the consortium-server is in use")
                    .hasMessageContaining("--server-port");
        }
    }
}
