package org.consilium.quickstart.platform;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Has a running Open Liberty replace its application by the same one in a new class loader, as a new WAR does. */
public final class Redeployment {

    private static final String MONITOR = "WebSphere:service=com.ibm.ws.kernel.filemonitor.FileNotificationMBean";

    private Redeployment() {}

    /**
     * Asks for it, in the way that server.xml leaves open to an administrator of this machine; it happens afterwards.
     *
     * @param application the unpacked WAR that it runs
     */
    public static void of(ProcessInfo liberty, Path application) {
        Path changed = application.resolve("WEB-INF/beans.xml");
        try {
            // Liberty looks itself whether what it is told of has changed.
            Files.setLastModifiedTime(changed, FileTime.from(Instant.now()));
            VirtualMachine machine = VirtualMachine.attach(Long.toString(liberty.pid()));
            String address;
            try {
                address = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
            try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
                String collection = Collection.class.getName();
                connector
                        .getMBeanServerConnection()
                        .invoke(
                                new ObjectName(MONITOR),
                                "notifyFileChanges",
                                new Object[] {List.of(), List.of(changed.toString()), List.of()},
                                new String[] {collection, collection, collection});
            }
        } catch (AttachNotSupportedException | IOException | JMException e) {
            throw new IllegalStateException(liberty.name() + " cannot be told to deploy " + application, e);
        }
    }
}
