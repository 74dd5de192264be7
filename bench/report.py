#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
import sys,collections,statistics
rows=collections.defaultdict(lambda: collections.defaultdict(lambda: collections.defaultdict(dict)))
for line in open(sys.argv[1]):
    if not line.startswith('count ') or 'warm-up' in line: continue
    _,key,*rest=line.split()
    v=dict(r.split('=') for r in rest)
    case,n,who,rnd,work=key.split(':')
    rows[(case,int(n))][who][int(rnd)][int(work)]={k:int(x) for k,x in v.items()}
def per(d,k):
    w=sorted(d)
    if len(w)==1: return d[w[0]][k]/max(w[0],1)
    return (d[w[1]][k]-d[w[0]][k])/(w[1]-w[0])
print('%-20s %6s %-8s %12s %7s %10s %9s %8s %8s  %s'%('case','N','who','total','spread','over floor','own text','total/it','own/it','got'))
for (case,n),whos in rows.items():
    base=None
    def fig(w,k):
        return [per(d,k) for d in whos[w].values()]
    for w in whos:
        t=fig(w,'total' if not case.startswith(('create','set-up','delete')) else 'kernel'); own=fig(w,w) if w in ('ours','intree','ipvlan','bridge') else [0]
        m=statistics.median(t); o=statistics.median(own)
        sp=(max(t)-min(t))/m*100
        fl=statistics.median(fig('floor','total')) if 'floor' in whos else None
        it=statistics.median(fig('intree','total' if not case.startswith(('create','set-up','delete')) else 'kernel')) if 'intree' in whos else None
        io=statistics.median(fig('intree','intree')) if 'intree' in whos else None
        lost=sum(1 for d in whos[w].values() for x in d.values() if x.get('want',0)!=x.get('got',0))
        print('%-20s %6d %-8s %12.1f %6.2f%% %10s %9.1f %8s %8s  %s'%(case,n,w,m,sp,'%.1f'%(m-fl) if fl is not None else '-',o,'%.3f'%(m/it) if it else '-','%.3f'%(o/io) if io else '-','' if not lost else 'LOST in %d'%lost))
