// SPDX-License-Identifier: Apache-2.0
/** Which settings of which service may be changed while it runs, and to what: what config-server publishes and nothing else. */
@NullMarked
package dev.rivulet.settings.catalogue;

import org.jspecify.annotations.NullMarked;
