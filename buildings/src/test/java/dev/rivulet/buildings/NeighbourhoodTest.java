// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.models.BuildingSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighbourhoodTest {

    private static final Path SCHEMA = Path.of("../models/building/schema.json");
    private static final BuildingSchema READ = BuildingSchema.read(SCHEMA);

    private static List<Building> buildings(int count, long seed) {
        return new Neighbourhood(READ, Neighbourhood.Size.USUAL, seed).buildings(count);
    }

    @Test
    void aSeedRepeatsAndABuildingIsTheSameHoweverManyThereAre() {
        assertThat(buildings(2, 7)).isEqualTo(buildings(5, 7).subList(0, 2));
        assertThat(buildings(1, 7)).isNotEqualTo(buildings(1, 8));
    }

    @Test
    void buildingsHaveNamesAndWordsOfTheirOwn() {
        List<Building> two = buildings(2, 1);
        assertThat(two.getFirst().names().get("room"))
                .isNotEqualTo(two.getLast().names().get("room"));
        assertThat(two.getFirst().dialect()).isNotEqualTo(two.getLast().dialect());
        assertThat(two.getFirst().train()).hasSize(160);
        assertThat(two.getFirst().heldOut()).hasSize(60);
    }

    @Test
    void aFewIntentsMakeUpMostOfWhatABuildingLearnsFromAndAllAreHeldOutAlike() {
        for (Building building : buildings(6, 3)) {
            Map<String, Long> shares =
                    building.train().stream().collect(Collectors.groupingBy(Request::intent, Collectors.counting()));
            long most = shares.values().stream()
                    .sorted((one, other) -> Long.compare(other, one))
                    .limit(8)
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(most).isGreaterThan(building.train().size() / 2);
            assertThat(building.heldOut().stream()
                            .map(Request::intent)
                            .distinct()
                            .count())
                    .isGreaterThan(25);
        }
    }

    @Test
    void hardlyAnythingThatIsHeldOutWasLearntFromWordByWord() {
        Set<String> learnt = new HashSet<>();
        List<Building> all = buildings(10, 1);
        all.forEach(building -> building.train().forEach(request -> learnt.add(request.text())));
        long known = all.stream()
                .flatMap(building -> building.heldOut().stream())
                .filter(request -> learnt.contains(request.text()))
                .count();
        assertThat(known).as("of 600").isLessThan(12);
    }

    @Test
    void whatIsSaidIsWrittenDownForeachBuilding(@TempDir Path folder) throws Exception {
        GenerateBuildings.main(new String[] {SCHEMA.toString(), folder.toString(), "1", "2"});
        assertThat(Files.readAllLines(folder.resolve("building-02/train.jsonl")))
                .hasSize(160)
                .allMatch(line -> line.startsWith("{\"text\":"));
        assertThat(Files.readAllLines(folder.resolve("building-01/held-out.jsonl")))
                .hasSize(60);
    }

    @Test
    void sizesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Neighbourhood.Size(0, 1, 1, 1, 50)).hasMessageContaining("1 or more");
        assertThatThrownBy(() -> new Neighbourhood.Size(1, 1, 0, 1, 50)).hasMessageContaining("above 0");
    }
}
