// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.compression.UpdateCodec.Expected;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.SentUpdates.Accepted;
import dev.rivulet.federation.SentUpdates.Sent;
import dev.rivulet.federation.publication.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Holds what a federation has written against what its devices know: each round ended once with one version, no update counts twice,
 * none that a device was told counts is missing, and each version is, bit for bit, the mean of the updates that its round counted.
 */
final class RoundProof {

    private static final String ONE_END = "opened( counted| dropped)* closed aggregated published";

    private record Counted(String device, String sha256) {}

    private record Version(long version, String sha256, boolean published) {}

    private final JdbcClient jdbc;
    private final Path folder;
    private final SentUpdates sent;

    /** @param folder of models and updates */
    RoundProof(DataSource database, Path folder, SentUpdates sent) {
        this.jdbc = JdbcClient.create(database);
        this.folder = folder;
        this.sent = sent;
    }

    /** @param rounds that the federation was to have */
    void requireWhole(String federation, Layout layout, int rounds) throws IOException {
        Set<Accepted> counted = new HashSet<>();
        Parameters model = Parameters.zeros(layout);
        assertThat(versions(federation))
                .as(federation)
                .extracting(Version::version)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, rounds).boxed().toList());
        for (Version version : versions(federation)) {
            assertThat(version.published()).as(federation).isTrue();
            if (version.version() > 0) {
                List<Counted> here = round(federation, version.version());
                here.forEach(each -> assertThat(
                                counted.add(new Accepted(federation, version.version(), each.device(), each.sha256())))
                        .isTrue());
                model = next(model, version.version() - 1, here);
            }
            String sha256 = DeviceKeys.sha256(Models.bytes(model));
            assertThat(version.sha256())
                    .as("%s, version %d", federation, version.version())
                    .isEqualTo(sha256);
            assertThat(DeviceKeys.sha256(
                            Files.readAllBytes(folder.resolve("models").resolve(sha256))))
                    .isEqualTo(sha256);
        }
        assertThat(counted).as(federation).containsAll(sent.accepted(federation));
    }

    private List<Version> versions(String federation) {
        return jdbc.sql("select version, sha256, published_at is not null from model_version where federation = ?"
                        + " order by version")
                .param(federation)
                .query((row, _) -> new Version(row.getLong(1), row.getString(2), row.getBoolean(3)))
                .list();
    }

    /** The updates of a round that ended once. */
    private List<Counted> round(String federation, long round) {
        String types = String.join(
                " ",
                jdbc.sql("select type from round_event where federation = ? and round = ? order by seq")
                        .params(federation, round)
                        .query(String.class)
                        .list());
        assertThat(types).as("round %d of %s", round, federation).matches(ONE_END);
        List<Counted> counted = jdbc.sql(
                        "select body ->> 'device', body -> 'contribution' ->> 'sha256' from round_event"
                                + " where federation = ? and round = ? and type = 'counted' order by seq")
                .params(federation, round)
                .query((row, _) -> new Counted(row.getString(1), row.getString(2)))
                .list();
        assertThat(counted).extracting(Counted::device).doesNotHaveDuplicates();
        return counted;
    }

    private Parameters next(Parameters base, long version, List<Counted> counted) {
        List<Update> updates = new ArrayList<>();
        for (Counted one : counted) {
            Sent update = sent.of(one.sha256()).orElseThrow();
            if (UpdateCodec.read(update.bytes(), new Expected(base.size(), update.bytes().length))
                    instanceof Checked.Accepted<Encoded>(Encoded.Dense dense)) {
                updates.add(Update.delta(
                        one.device(), new Parameters(base.layout(), dense.values()), update.weight(), version));
            }
        }
        assertThat(updates).hasSameSizeAs(counted);
        updates.sort(Comparator.comparing(Update::device));
        return FedAvg.PLAIN
                .aggregate(new ServerState.Plain(version, base), updates)
                .model();
    }

    /** Names of what lies there of updates of a federation; of rounds that are over there is nothing. */
    Set<String> updatesLeft(String federation) {
        Path updates = folder.resolve("updates").resolve(federation);
        try (var rounds = Files.list(updates)) {
            return rounds.map(each -> each.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            return Set.of();
        }
    }
}
