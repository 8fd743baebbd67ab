// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ContentPolicyTest {

    private final ContentPolicy policy = ContentPolicy.of("<script type=\"importmap\">{}</script>");

    @Test
    void namesTheImportMapByItsHash() {
        assertThat(policy.page()).contains("script-src 'self' 'sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='");
    }

    @Test
    void letsNoPageLoadFromElsewhereOrBeFramed() {
        assertThat(policy.page())
                .contains("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "*", "http");
        assertThat(policy.admin())
                .contains("default-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("*", "http");
    }

    @Test
    void givesSpringBootAdminItsOwnPolicyAndNoOtherPath() {
        assertThat(policy.of("/admin", "/admin")).isEqualTo(policy.admin());
        assertThat(policy.of("/admin/assets/x.js", "/admin")).isEqualTo(policy.admin());
        assertThat(policy.of("/administrator", "/admin")).isEqualTo(policy.page());
        assertThat(policy.of("/", "/admin")).isEqualTo(policy.page());
    }

    @Test
    void refusesAPageWithoutAnImportMap() {
        assertThatIllegalArgumentException().isThrownBy(() -> ContentPolicy.of("<html></html>"));
    }
}
