package dev.rivulet.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.identity.Caller.Priority;
import dev.rivulet.gateway.identity.IdentityProperties.Key;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyRingTest {

    private final KeyRing keys = new KeyRing(new IdentityProperties(List.of(
            new Key("first", GatewayFixture.sha256("rvk_one"), Set.of("inference"), Priority.NORMAL),
            new Key("second", GatewayFixture.sha256("rvk_two").toUpperCase(), Set.of("admin"), Priority.LOW),
            new Key("absent", "", Set.of("inference"), Priority.NORMAL))));

    @Test
    void aKnownKeyNamesItsCaller() {
        assertThat(keys.authenticate("Bearer rvk_one", null))
                .isEqualTo(new Authentication.Known(new Caller("first", Set.of("inference"), Priority.NORMAL)));
        assertThat(keys.authenticate("bearer   rvk_two ", null))
                .isEqualTo(new Authentication.Known(new Caller("second", Set.of("admin"), Priority.LOW)));
        assertThat(keys.authenticate(null, "rvk_two")).isInstanceOf(Authentication.Known.class);
    }

    @Test
    void everythingElseIsRefusedWithoutRepeatingTheKey() {
        for (String shown : new String[] {
            "Bearer rvk_three", "Bearer ", "rvk_one", "Basic rvk_one", "", "Bearer " + "k".repeat(9_000)
        }) {
            assertThat(keys.authenticate(shown, "rvk_one")).as(shown).isInstanceOf(Authentication.Refused.class);
        }
        assertThat(keys.authenticate(null, null)).isInstanceOf(Authentication.Refused.class);
        assertThat(keys.authenticate("Bearer rvk_three", null).toString()).doesNotContain("rvk_three");
    }

    @Test
    void theHashOfNoKeyAtAllOpensNothing() {
        KeyRing none = new KeyRing(
                new IdentityProperties(List.of(new Key("first", "", Set.of("inference"), Priority.NORMAL))));
        assertThat(none.authenticate("Bearer ", "")).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void aKeyInPlaceOfItsHashIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> new Key("first", "rvk_one", Set.of(), Priority.NORMAL))
                .hasMessageContaining("sha256sum")
                .hasMessageNotContaining("rvk_one");
    }
}
