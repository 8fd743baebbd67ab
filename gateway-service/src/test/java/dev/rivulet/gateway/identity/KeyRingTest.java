// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.identity.Caller.Priority;
import dev.rivulet.gateway.identity.IdentityProperties.Key;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyRingTest {

    private final MemoryKeys keys = new MemoryKeys(List.of(
            new Key("first", GatewayFixture.sha256("rvk_one"), Set.of("inference"), Priority.NORMAL, Limits.NONE),
            new Key(
                    "second",
                    GatewayFixture.sha256("rvk_two").toUpperCase(),
                    Set.of("admin"),
                    Priority.LOW,
                    new Limits(5, 0, 0)),
            new Key("absent", "", Set.of("inference"), Priority.NORMAL, Limits.NONE)));

    @Test
    void aKnownKeyNamesItsCaller() {
        assertThat(authenticate("Bearer rvk_one", null))
                .isEqualTo(new Authentication.Known(new Caller("first", Set.of("inference"), Priority.NORMAL)));
        assertThat(authenticate("bearer   rvk_two ", null))
                .isEqualTo(new Authentication.Known(
                        new Caller("second", Set.of("admin"), Priority.LOW, new Limits(5, 0, 0))));
        assertThat(authenticate(null, "rvk_two")).isInstanceOf(Authentication.Known.class);
    }

    @Test
    void everythingElseIsRefusedWithoutRepeatingTheKey() {
        for (String shown : new String[] {
            "Bearer rvk_three", "Bearer ", "rvk_one", "Basic rvk_one", "", "Bearer " + "k".repeat(9_000)
        }) {
            assertThat(authenticate(shown, "rvk_one")).as(shown).isInstanceOf(Authentication.Refused.class);
        }
        assertThat(authenticate(null, null)).isInstanceOf(Authentication.Refused.class);
        assertThat(authenticate("Bearer rvk_three", null).toString()).doesNotContain("rvk_three");
    }

    @Test
    void theHashOfNoKeyAtAllOpensNothing() {
        MemoryKeys none =
                new MemoryKeys(List.of(new Key("first", "", Set.of("inference"), Priority.NORMAL, Limits.NONE)));
        assertThat(none.authenticate("Bearer ", "")).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void aKeyInPlaceOfItsHashIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> new Key("first", "rvk_one", Set.of(), Priority.NORMAL, Limits.NONE))
                .hasMessageContaining("sha256sum")
                .hasMessageNotContaining("rvk_one");
    }

    @Test
    void adminIncludesTheScopesOfControlApisAndNotInference() {
        Caller admin = new Caller("a", Set.of(Caller.ADMIN), Priority.NORMAL);
        assertThat(admin.may(Caller.KEYS_WRITE)).isTrue();
        assertThat(admin.may(Caller.INFERENCE)).isFalse();
    }

    private Authentication authenticate(@Nullable String authorization, @Nullable String apiKey) {
        return keys.authenticate(authorization, apiKey);
    }
}
