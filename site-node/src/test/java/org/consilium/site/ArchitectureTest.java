package org.consilium.site;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.persistence.EntityManager;
import jakarta.ws.rs.client.ClientBuilder;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.consilium.model.LabelledImages;
import org.consilium.site.platform.OutboundListing;
import org.eclipse.microprofile.rest.client.RestClientBuilder;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

@AnalyzeClasses(packages = "org.consilium", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule polling_stands_on_training_which_stands_on_images = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.consilium.site..")
            .layer("portal")
            .definedBy("org.consilium.site.portal..")
            .layer("poll")
            .definedBy("org.consilium.site.poll..")
            .layer("training")
            .definedBy("org.consilium.site.training..")
            .layer("images")
            .definedBy("org.consilium.site.images..")
            .layer("policy")
            .definedBy("org.consilium.site.policy..")
            .layer("impression")
            .definedBy("org.consilium.site.impression..")
            .layer("ledger")
            .definedBy("org.consilium.site.ledger..")
            .layer("audit")
            .definedBy("org.consilium.site.audit..")
            .layer("platform")
            .definedBy("org.consilium.site.platform..")
            .whereLayer("portal")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("poll")
            .mayOnlyBeAccessedByLayers("portal")
            .whereLayer("ledger")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("training")
            .mayOnlyBeAccessedByLayers("poll")
            .whereLayer("impression")
            .mayOnlyBeAccessedByLayers("poll")
            .whereLayer("policy")
            .mayOnlyBeAccessedByLayers("poll")
            .whereLayer("images")
            .mayOnlyBeAccessedByLayers("training", "policy", "poll")
            .whereLayer("audit")
            .mayOnlyBeAccessedByLayers("images", "impression", "policy", "poll")
            .ensureAllClassesAreContainedInArchitectureIgnoring(resideInAnyPackage(
                    "org.consilium.contract..",
                    "org.consilium.model..",
                    "org.consilium.algorithm..",
                    "org.consilium.auditlog.."));

    @ArchTest
    static final ArchRule rooms_need_each_other_one_way_only =
            slices().matching("org.consilium.site.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule pages_ask_the_link_and_nothing_that_holds_images_or_sends = noClasses()
            .that()
            .resideInAPackage("org.consilium.site.portal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.consilium.site.images..",
                    "org.consilium.site.impression..",
                    "org.consilium.site.training..",
                    "org.consilium.site.policy..",
                    "org.consilium.site.ledger..",
                    "jakarta.ws.rs..",
                    "java.sql..",
                    "javax.sql..");

    @ArchTest
    static final ArchRule faces_is_known_to_the_pages_alone = noClasses()
            .that()
            .resideInAPackage("org.consilium.site..")
            .and()
            .resideOutsideOfPackage("org.consilium.site.portal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.faces..");

    @ArchTest
    static final ArchRule a_site_never_uses_the_consortium_servers_code = noClasses()
            .that()
            .resideInAPackage("org.consilium.site..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.consilium.server..", "org.consilium.quickstart..");

    @ArchTest
    static final ArchRule deeplearning4j_is_known_to_the_model_zoo_alone = noClasses()
            .that()
            .resideInAPackage("org.consilium.site..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.bytedeco..", "org.consilium.model.engine..");

    @ArchTest
    static final ArchRule only_the_link_and_the_readiness_checks_call_out = noClasses()
            .that()
            .resideInAPackage("org.consilium.site..")
            .and()
            .resideOutsideOfPackage("org.consilium.site.poll..")
            .and()
            .doNotHaveSimpleName("SelfApi")
            .and()
            .doNotHaveSimpleName("RestReadiness")
            .and()
            .doNotHaveSimpleName("KeysApi")
            .and()
            .doNotHaveSimpleName("KeycloakReadiness")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.microprofile.rest.client..")
            .because("images are kept by code that cannot send anything");

    @ArchTest
    static final ArchRule every_client_has_its_requests_listed_before_they_leave = classes()
            .that()
            .areAnnotatedWith(RegisterRestClient.class)
            .should(be(describe(
                    "registered with OutboundListing",
                    client -> Arrays.stream(client.reflect().getAnnotationsByType(RegisterProvider.class))
                            .anyMatch(provider -> provider.value() == OutboundListing.class))))
            .because("nothing leaves a hospital unlisted");

    @ArchTest
    static final ArchRule nothing_is_sent_but_by_such_a_client = noClasses()
            .that()
            .resideInAPackage("org.consilium.site..")
            .should()
            .dependOnClassesThat(assignableTo(URL.class)
                    .or(assignableTo(URLConnection.class))
                    .or(assignableTo(Socket.class))
                    .or(assignableTo(SocketChannel.class))
                    .or(assignableTo(AsynchronousSocketChannel.class))
                    .or(assignableTo(SocketFactory.class))
                    .or(assignableTo(ClientBuilder.class))
                    .or(assignableTo(RestClientBuilder.class))
                    .or(resideInAnyPackage("java.net.http..", "org.jboss.resteasy..", "org.apache.http..")))
            .because("nothing leaves a hospital unlisted");

    @ArchTest
    static final ArchRule rest_is_spoken_by_resources_mappers_the_platform_and_the_link = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.consilium.site.images..",
                    "org.consilium.site.impression..",
                    "org.consilium.site.training..",
                    "org.consilium.site.ledger..")
            .and()
            .haveSimpleNameNotEndingWith("Resource")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.ws.rs..");

    @ArchTest
    static final ArchRule in_the_link_rest_is_spoken_by_its_client_alone = noClasses()
            .that()
            .resideInAPackage("org.consilium.site.poll..")
            .and(nameMatching(".*\\.(Consortium|Download|SiteTokens|\\w+Api|\\w+Resource)(\\$.*)?")
                    .<JavaClass>forSubtype()
                    .negate())
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.ws.rs..");

    @ArchTest
    static final ArchRule rows_and_their_stores_alone_know_jpa = noClasses()
            .that()
            .resideInAPackage("org.consilium.site..")
            .and()
            .haveSimpleNameNotEndingWith("Row")
            .and()
            .haveNameNotMatching(".*\\.Jpa\\w+Store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.persistence..", "org.hibernate..");

    @ArchTest
    static final ArchRule sql_is_known_by_images_the_ledger_and_the_platform_alone = noClasses()
            .that()
            .resideInAnyPackage("org.consilium.site.poll..", "org.consilium.site.training..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..");

    @ArchTest
    static final ArchRule a_node_listens_on_no_port_but_libertys = noClasses()
            .that()
            .resideInAPackage("org.consilium.site..")
            .should()
            .dependOnClassesThat(assignableTo(ServerSocket.class)
                    .or(assignableTo(DatagramSocket.class))
                    .or(assignableTo(ServerSocketChannel.class))
                    .or(assignableTo(AsynchronousServerSocketChannel.class))
                    .or(assignableTo(DatagramChannel.class))
                    .or(assignableTo(ServerSocketFactory.class))
                    .or(resideInAnyPackage("com.sun.net.httpserver..", "java.rmi..", "javax.management.remote..")))
            .because("a hospital's node only calls out");

    @ArchTest
    static final ArchRule what_a_site_answers_holds_no_image = noClasses()
            .that()
            .resideInAPackage("org.consilium.site.poll..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.consilium.site.images..")
                    .and(nameMatching(".*\\.Imports").<JavaClass>forSubtype().negate())
                    .or(assignableTo(LabelledImages.class)))
            .because("no image leaves a hospital: the room that calls out cannot even name one");

    /** Under JTA, Hibernate's find answers null when the connection breaks, which would read as "there is none". */
    @ArchTest
    static final ArchRule a_row_is_never_looked_up_by_find = noClasses()
            .should()
            .callMethodWhere(target(owner(assignableTo(EntityManager.class))).and(target(name("find"))));
}
