//! `Nested`: the value of an IPv6 step, which is a set of groups or a nest of finer steps.

use super::group_set::GroupSet;

/// The value of a step: the bits of its groups or, if the highest bit is set, the number of the
/// nest that has the steps of one /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nested(pub(super) u32);

impl Nested {
    const NEST: u32 = 1 << 31;

    pub(super) fn groups(set: GroupSet) -> Nested {
        Nested(u32::from(set.bits()))
    }

    pub(super) fn nest(number: u32) -> Nested {
        Nested(number | Nested::NEST)
    }

    #[inline]
    pub(super) fn get(self) -> Result<GroupSet, u32> {
        match self.0 & Nested::NEST {
            0 => Ok(GroupSet::from_bits(self.0 as u16)),
            _ => Err(self.0 & !Nested::NEST),
        }
    }
}
